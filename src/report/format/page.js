document.querySelectorAll('table').forEach(function (table) {
  table.querySelectorAll('thead th').forEach(function (head, at) {
    var button = document.createElement('button');
    button.textContent = head.textContent;
    head.textContent = '';
    head.appendChild(button);
    var up = false;
    button.addEventListener('click', function () {
      up = !up;
      var body = table.tBodies[0];
      var value = function (row) { var cell = row.cells[at]; return cell.dataset.value === undefined ? cell.textContent : cell.dataset.value; };
      Array.from(body.rows).sort(function (one, other) {
        var a = value(one), b = value(other), x = parseFloat(a), y = parseFloat(b);
        var order = isNaN(x) || isNaN(y) ? a.localeCompare(b) : x - y;
        return up ? order : -order;
      }).forEach(function (row) { body.appendChild(row); });
      table.querySelectorAll('thead th').forEach(function (other) { other.removeAttribute('aria-sort'); });
      head.setAttribute('aria-sort', up ? 'ascending' : 'descending');
    });
  });
});
