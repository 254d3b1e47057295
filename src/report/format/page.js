document.querySelectorAll('table').forEach(function (table) {
  var heads = table.querySelectorAll('thead th');
  heads.forEach(function (head, at) {
    var up = false;
    var sort = function () {
      up = !up;
      var body = table.tBodies[0];
      var value = function (row) { var cell = row.cells[at]; return cell.dataset.value === undefined ? cell.textContent : cell.dataset.value; };
      var rows = Array.from(body.rows), filled = rows.filter(function (row) { return value(row) !== ''; });
      // A column is of numbers or of words as a whole: a finding's number and "3 nurses" are words.
      var numbers = filled.every(function (row) { return isFinite(value(row)); });
      filled.sort(function (one, other) {
        var a = value(one), b = value(other);
        var order = numbers ? a - b : a.localeCompare(b, document.documentElement.lang, { numeric: true });
        return up ? order : -order;
      });
      // What is not known comes last, whichever way.
      filled.concat(rows.filter(function (row) { return value(row) === ''; })).forEach(function (row) { body.appendChild(row); });
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
