# The control of benches/report.rs: a ledger of 26 columns by XlsxWriter in constant-memory mode; prints the seconds.
import datetime, io, sys, time
try:
    import xlsxwriter
except ImportError:
    sys.exit(1)

rows = int(sys.argv[1])
start = time.perf_counter()
book = xlsxwriter.Workbook(io.BytesIO(), {"constant_memory": True})
sheet = book.add_worksheet()
text = book.add_format({"border": 1, "text_wrap": True, "font_size": 10})
count = book.add_format({"border": 1, "num_format": "0"})
date = book.add_format({"border": 1, "num_format": "yyyy-mm-dd"})
day = datetime.date(2026, 3, 2)
words = {1: "2026-00000001-01", 3: "综合现场检查", 4: "云澜市第1234人民医院", 5: "其他", 6: "I00003",
         7: "登记缺 I00003 等三例，未见当日交接签名", 8: "《现场检查管理办法》第三条", 9: "一般", 11: "第3区",
         15: "已补登记，交接双方已签名", 16: "待复查"}
for at in range(rows):
    for column in range(26):
        if column in (0, 14, 25):
            sheet.write_number(at, column, at, count)
        elif column in (2, 13, 17):
            sheet.write_datetime(at, column, day, date)
        elif column in words:
            sheet.write_string(at, column, words[column], text)
        elif column == 24:
            sheet.write_string(at, column, f"2026-03-02T09:00:00+08:00 {at + 1}/{rows}", text)
        else:
            sheet.write_blank(at, column, None, text)
book.close()
print(time.perf_counter() - start)
