document.querySelectorAll('table').forEach(function (table) {
  var heads = table.querySelectorAll('thead th');
  heads.forEach(function (head, at) {
    var up = false;
    var sort = function () {
      up = !up;
      var body = table.tBodies[0];
      var value = function (row) { var cell = row.cells[at]; return cell.dataset.value === undefined ? cell.textContent : cell.dataset.value; };
      Array.from(body.rows).sort(function (one, other) {
        var a = value(one), b = value(other), x = parseFloat(a), y = parseFloat(b);
        var order = isNaN(x) || isNaN(y) ? a.localeCompare(b) : x - y;
        return up ? order : -order;
      }).forEach(function (row) { body.appendChild(row); });
      heads.forEach(function (other) { other.removeAttribute('aria-sort'); });
      head.setAttribute('aria-sort', up ? 'ascending' : 'descending');
    };
    // Words in a button are not printed where a heading is repeated, so the cell itself is what is pressed.
    head.tabIndex = 0;
    head.addEventListener('click', sort);
    head.addEventListener('keydown', function (event) {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      sort();
    });
  });
});
