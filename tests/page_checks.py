"""What must be true of every page and fragment that the product shows. `check` raises with all that is wrong."""

from __future__ import annotations

from collections import Counter
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag

FREE_INPUTS = {"hidden", "submit", "button", "image", "reset"}
"""Inputs that need no label of their own."""
HX_VERBS = ("hx-get", "hx-post")
HX_FORBIDDEN = ("hx-put", "hx-patch", "hx-delete", "hx-on", "hx-vars")
LIST_CHILDREN = {"ul": {"li", "script", "template"}, "ol": {"li", "script", "template"}}
REFERENCES = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "aria-owns", "headers", "list")
HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]


def problems(soup: BeautifulSoup, *, url: str, whole: bool, parse_errors: list[str]) -> list[str]:
    """Every fault of one answer, each as a sentence."""
    found = [f"not valid HTML: {error}" for error in parse_errors]
    for look in (_ids, _references, _labels, _names, _forms, _twins, _inline, _lists, _images):
        found += look(soup, url)
    if whole:
        found += _frame(soup) + _headings(soup)
    return found


def check(soup: BeautifulSoup, *, url: str, whole: bool, parse_errors: list[str]) -> None:
    """Raise an AssertionError that lists every fault, if there is one."""
    found = problems(soup, url=url, whole=whole, parse_errors=parse_errors)
    assert not found, f"{url}\n  " + "\n  ".join(found)


def words(tag: Tag) -> str:
    """The text of an element with its white space calmed."""
    return " ".join(tag.get_text(" ").split())


def _shown(tag: Tag) -> str:
    text = str(tag)
    return text if len(text) < 160 else text[:160] + "…"


def _ids(soup: BeautifulSoup, _url: str) -> list[str]:
    twice = [i for i, n in Counter(str(t["id"]) for t in soup.select("[id]")).items() if n > 1]
    spaced = [i for i in (str(t["id"]) for t in soup.select("[id]")) if not i or any(c.isspace() for c in i)]
    return [f"the id {i!r} stands more than once" for i in twice] + [f"the id {i!r} is no id" for i in spaced]


def _references(soup: BeautifulSoup, _url: str) -> list[str]:
    ids = {str(t["id"]) for t in soup.select("[id]")}
    found = []
    for name in REFERENCES:
        for tag in soup.select(f"[{name}]"):
            value = tag[name]
            wanted = value if isinstance(value, list) else str(value).split()
            found += [f"{name} points to no id {w!r}: {_shown(tag)}" for w in wanted if w not in ids]
    for tag in soup.select("a[href^='#']"):
        target = str(tag["href"])[1:]
        if target and target not in ids:
            found.append(f"a link leads to no id {target!r}: {_shown(tag)}")
    return found


def _labels(soup: BeautifulSoup, _url: str) -> list[str]:
    labelled = {str(t["for"]) for t in soup.select("label[for]") if words(t)}
    return [
        f"no label: {_shown(tag)}"
        for tag in soup.select("input, select, textarea")
        if str(tag.get("type", "text")) not in FREE_INPUTS
        and str(tag.get("id", "")) not in labelled
        and tag.find_parent("label") is None
        and not tag.get("aria-label")
        and not tag.get("aria-labelledby")
    ]


def _names(soup: BeautifulSoup, _url: str) -> list[str]:
    """Links and buttons say where they lead."""
    return [
        f"nothing to read on: {_shown(tag)}"
        for tag in soup.select("a[href], button")
        if not words(tag) and not tag.get("aria-label") and not tag.select("img[alt]:not([alt='']), svg title")
    ]


def _forms(soup: BeautifulSoup, url: str) -> list[str]:
    found = []
    for form in soup.select("form"):
        tokens = form.select("input[type=hidden][name=csrf_token]")
        if _method(form) == "post":
            if len(tokens) != 1 or not tokens[0].get("value"):
                found.append(f"a POST form without one CSRF token: {_shown(form)}")
        elif tokens:
            found.append(f"a GET form that puts the CSRF token in the address: {_shown(form)}")
        if not form.select("button, input[type=submit]"):
            found.append(f"a form without a button: {_shown(form)}")
        if urlsplit(urljoin(url, str(form.get("action", "")))).netloc != urlsplit(url).netloc:
            found.append(f"a form that leads away: {_shown(form)}")
    return found


def _method(form: Tag) -> str:
    return str(form.get("method", "get")).lower()


def _twins(soup: BeautifulSoup, url: str) -> list[str]:
    found = []
    for tag in soup.find_all(True):
        names = [name for name in tag.attrs if name.startswith(("hx-", "data-hx-"))]
        found += [f"{n} is not allowed: {_shown(tag)}" for n in names if n.startswith(HX_FORBIDDEN)]
        found += [f"htmx code in {n}: {_shown(tag)}" for n in names if "js:" in str(tag[n]).lower()]
        if "[" in str(tag.get("hx-trigger", "")):
            found.append(f"a filter in hx-trigger: {_shown(tag)}")
        for verb in HX_VERBS:
            if verb in tag.attrs:
                found += _twin(tag, verb, url)
    return found


def _twin(tag: Tag, verb: str, url: str) -> list[str]:
    found = []
    wanted = urljoin(url, str(tag[verb]))
    if tag.name == "a" and verb == "hx-get":
        twin = urljoin(url, str(tag.get("href", "")))
    elif tag.name == "form" and _method(tag) == verb.removeprefix("hx-"):
        twin = urljoin(url, str(tag.get("action", "")) or url)
    else:
        return [f"{verb} without a twin (a link with hx-get, or a form of that method): {_shown(tag)}"]
    if twin.partition("#")[0] != wanted.partition("#")[0]:
        found.append(f"{verb} leads elsewhere than its twin: {_shown(tag)}")
    found += [f"{verb} without {need}: {_shown(tag)}" for need in ("hx-target", "hx-swap") if need not in tag.attrs]
    return found


def _inline(soup: BeautifulSoup, _url: str) -> list[str]:
    found = [f"an inline style: {_shown(tag)}" for tag in soup.select("style, [style]")]
    for tag in soup.select("script"):
        if not tag.get("src") and tag.get("type") not in {"application/json", "importmap"}:
            found.append(f"an inline script: {_shown(tag)}")
    for tag in soup.find_all(True):
        found += [f"{name} on an element: {_shown(tag)}" for name in tag.attrs if name.lower().startswith("on")]
        for name in ("href", "src", "action", "formaction"):
            if str(tag.get(name, "")).strip().lower().startswith("javascript:"):
                found.append(f"a script in {name}: {_shown(tag)}")
    return found


def _lists(soup: BeautifulSoup, _url: str) -> list[str]:
    return [
        f"<{child.name}> straight inside <{tag.name}>: {_shown(child)}"
        for tag in soup.select("ul, ol")
        for child in tag.find_all(True, recursive=False)
        if child.name not in LIST_CHILDREN[tag.name]
    ]


def _images(soup: BeautifulSoup, _url: str) -> list[str]:
    return [f"an image without alt: {_shown(tag)}" for tag in soup.select("img:not([alt])")]


def _frame(soup: BeautifulSoup) -> list[str]:
    """One h1 that starts the title, a language, one main, a skip link's target."""
    found = []
    html, titles, firsts = soup.find("html"), soup.select("head > title"), soup.select("h1")
    if not isinstance(html, Tag) or not str(html.get("lang", "")).startswith("en"):
        found.append("the page does not say its language")
    if len(firsts) != 1:
        found.append(f"{len(firsts)} h1 instead of one")
    if len(titles) != 1 or not words(titles[0]):
        found.append("no title")
    if len(soup.select("main")) != 1:
        found.append("not exactly one main")
    if len(firsts) == 1 and len(titles) == 1:
        title = words(titles[0]).removeprefix("Error: ")
        if not words(firsts[0]) or not title.startswith(words(firsts[0])):
            found.append(f"the title {title!r} does not start with the h1 {words(firsts[0])!r}")
    if not soup.select("meta[name=viewport]"):
        found.append("no viewport: phones would shrink the page")
    return found


def _headings(soup: BeautifulSoup) -> list[str]:
    found, before = [], 1
    for heading in soup.find_all(HEADINGS):
        level = int(heading.name[1])
        if level > before + 1:
            found.append(f"a heading skips a level: {_shown(heading)}")
        if not words(heading):
            found.append(f"an empty heading: {_shown(heading)}")
        before = level
    return found
