"""Builds the letters' templates from their sources, with the styles inlined.

`--check` says whether that is done.
"""

import re
import sys
from pathlib import Path

LETTERS = Path(__file__).parent.parent / "layers/core/comhar/letters/letters"
TAG = re.compile(r'<(?P<name>\w+) class="(?P<class>\w+)"')
MEDIA_CLASS = re.compile(r"\.([a-z]\w*)")


def inlined(source: str, css: str, media: set[str]) -> str:
    """The source with `style` for each `class`, as css-inline reckons it.

    The classes in `media`, which the layout's rules for dark screens and paper name, stay as well.

    Tag by tag, because an HTML parser would move a Jinja loop out of the table it stands in.
    """
    import css_inline

    def styled(found: re.Match[str]) -> str:
        name = found["name"]
        if name in ("td", "th"):
            alone = f'<table><tr><{name} class="{found["class"]}"></{name}></tr></table>'
        else:
            alone = f'<{name} class="{found["class"]}"></{name}>'
        style = re.search(r'style="[^"]*"', css_inline.CSSInliner(extra_css=css).inline(alone))
        if style is None:
            raise ValueError(f"letter.css has no rule for {found[0]}")
        class_attribute = f' class="{found["class"]}"' if found["class"] in media else ""
        return f"<{name}{class_attribute} {style[0]}"

    return TAG.sub(styled, source)


def main() -> int:
    """Returns 1 when a committed file is not what its source makes."""
    css = (LETTERS / "source/letter.css").read_text(encoding="utf-8")
    layout = (LETTERS / "source/layout.html.j2").read_text(encoding="utf-8")
    media = set(MEDIA_CLASS.findall(layout.partition("<style>")[2].partition("</style>")[0]))
    stale = []
    for source in sorted((LETTERS / "source").glob("*.j2")):
        note = "{#- Written by `make letters` from source/: change it there. -#}\n"
        made = note + inlined(source.read_text(encoding="utf-8"), css, media)
        target = LETTERS / source.name
        if "--check" not in sys.argv:
            target.write_text(made, encoding="utf-8")
        elif not target.exists() or target.read_text(encoding="utf-8") != made:
            stale.append(target.name)
    if stale:
        print(f"Stale: {', '.join(stale)}. Run `make letters`.", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
