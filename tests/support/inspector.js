// What the inspector asks of a page, in one call: for each call has its price.

const LONG = ' caoimhghín.nimhaoldomhnaighfhionnghalaigh.peersupport@health'
const ALWAYS_OURS = 'thead, .nhsuk-table-responsive__heading'
const CONTROLS = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]'
const LEVELS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
let ours, widest

function sheet(text) {
  const made = new CSSStyleSheet()
  made.replaceSync(text)
  return made
}

// As wide as text gets: in a wide fallback of our font, spaced as a reader may have it (WCAG 1.4.12).
async function prepare([styles, fonts]) {
  ours = styles.map(sheet)
  for (const [weight, file] of fonts) {
    const bytes = Uint8Array.from(atob(file), letter => letter.charCodeAt(0))
    document.fonts.add(await new FontFace('Widest', bytes, {weight}).load())
  }
  widest = sheet(`* { font-family: Widest !important; letter-spacing: 0.12em !important;
    word-spacing: 0.16em !important }`)
}

// What every page links to is there already: to fetch it anew for each takes longer than to look.
function show(html, styles) {
  const next = new DOMParser().parseFromString(html, 'text/html').documentElement
  for (const link of next.querySelectorAll('link')) link.remove()
  document.replaceChild(document.adoptNode(next), document.documentElement)
  document.adoptedStyleSheets = styles
  scrollTo(0, 0) // where the page before was left, what stays in sight may lie over what is scrolled
}

async function width() {
  document.body.offsetWidth
  await document.fonts.ready
  return document.documentElement.scrollWidth
}

// How wide the page is in our font; and at its widest, if wanted with a long word in every text, as a name, an
// address or a link may be, but for the headings that are always ours. It is left as it was.
async function widths(styles, long) {
  const own = await width(), texts = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (long && walker.nextNode()) {
    const node = walker.currentNode
    if (node.data.trim() && !node.parentElement.closest(ALWAYS_OURS)) texts.push([node, node.data])
  }
  for (const [node, text] of texts) node.data = text + LONG
  document.adoptedStyleSheets = [...styles, widest]
  const most = await width()
  for (const [node, text] of texts) node.data = text
  document.adoptedStyleSheets = styles
  return [own, most]
}

// The rules that axe finds broken, each with where.
async function broken() {
  const found = await axe.run(document, {runOnly: LEVELS, resultTypes: ['violations']})
  return found.violations.map(rule => [rule.id, rule.nodes.map(node => node.html.slice(0, 120))])
}

// The controls that the Tab key would not show, or would reach out of turn.
function unseen() {
  return [...document.querySelectorAll(CONTROLS)].filter(at => {
    if (at.disabled || !at.checkVisibility()) return false
    at.focus({focusVisible: true})
    const drawn = [at, at.labels?.[0]].filter(each => each).flatMap(
      each => [getComputedStyle(each), getComputedStyle(each, '::before')])
    const seen = drawn.some(style => style.outlineStyle != 'none' || style.boxShadow != 'none')
    return document.activeElement != at || at.tabIndex > 0 || !seen
  }).map(at => at.outerHTML.slice(0, 120))
}

async function look({html, letter, narrow, audited}) {
  const styles = letter ? [] : ours
  show(html, styles)
  return {
    widths: await widths(styles, narrow),
    broken: audited ? await broken() : [],
    unseen: narrow && !letter ? unseen() : [],
  }
}
