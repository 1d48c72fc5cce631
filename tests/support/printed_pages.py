"""How many pages of A4 Chromium prints a page on."""

import re

from playwright.sync_api import Page

MARGINS = dict.fromkeys(("top", "right", "bottom", "left"), "10mm")  # what browsers leave


def count_printed_pages(page: Page) -> int:
    pdf = page.pdf(format="A4", margin=MARGINS)
    return len(re.findall(rb"/Type\s*/Page\b", pdf))
