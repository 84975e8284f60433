// Files that journeys hand in.

/** A certified profile, scanned: a PDF of one page. */
export const SCAN = {
  name: 'ho-so.pdf',
  mimeType: 'application/pdf',
  buffer: Buffer.from(
    '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n' +
      '3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF',
  ),
};

/** What a browser shows, as a photo: the first colour, or another one for another portrait. */
export async function photo(browser, { type = 'jpeg', width = 900, height = 1200, colour = '#7aa0c8' } = {}) {
  const page = await browser.newPage({ viewport: { width, height } });
  await page.setContent(`<body style="margin:0;background:${colour}"><div style="position:absolute;left:30%;top:20%;width:40%;height:45%;border-radius:50%;background:repeating-linear-gradient(90deg,#c89f86 0 6px,#9c7660 6px 12px)"></div></body>`);
  const buffer = await page.screenshot({ type });
  await page.close();
  return { name: `anh.${type}`, mimeType: `image/${type}`, buffer };
}
