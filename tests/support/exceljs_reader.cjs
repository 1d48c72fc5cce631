// Prints the cells of every sheet of the workbooks named, as exceljs reads them: {path: {sheet: [[cell]]}}.
const ExcelJS = require("exceljs");

const plain = (value) => {
  if (value instanceof Date) return { date: value.toISOString() };
  if (value && value.richText) return value.richText.map((part) => part.text).join("");
  return value ?? null;
};

const read = async (path) => {
  const book = new ExcelJS.Workbook();
  await book.xlsx.readFile(path);
  const sheets = {};
  for (const sheet of book.worksheets) {
    const rows = [];
    for (let row = 1; row <= sheet.rowCount; row++)
      rows.push(Array.from({ length: sheet.columnCount }, (_, at) => plain(sheet.getCell(row, at + 1).value)));
    sheets[sheet.name] = rows;
  }
  return sheets;
};

(async () => {
  const found = {};
  for (const path of process.argv.slice(2)) found[path] = await read(path);
  process.stdout.write(JSON.stringify(found));
})();
