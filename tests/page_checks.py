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


class Tags:
    """All elements of one answer, walked once; the looks below only choose among them."""

    def __init__(self, soup: BeautifulSoup, url: str) -> None:
        self.url = url
        self.all: list[Tag] = list(soup.find_all(True))
        self.ids = Counter(str(tag["id"]) for tag in self.all if "id" in tag.attrs)

    def named(self, *names: str) -> list[Tag]:
        return [tag for tag in self.all if tag.name in names]

    def having(self, attribute: str) -> list[Tag]:
        return [tag for tag in self.all if attribute in tag.attrs]


def problems(soup: BeautifulSoup, *, url: str, whole: bool, parse_errors: list[str]) -> list[str]:
    """Every fault of one answer, each as a sentence."""
    tags = Tags(soup, url)
    found = [f"not valid HTML: {error}" for error in parse_errors]
    for look in (_ids, _references, _labels, _names, _forms, _twins, _inline, _lists, _images):
        found += look(tags)
    if whole:
        found += _frame(tags) + _headings(tags)
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


def _ids(tags: Tags) -> list[str]:
    twice = [i for i, n in tags.ids.items() if n > 1]
    spaced = [i for i in tags.ids if not i or any(c.isspace() for c in i)]
    return [f"the id {i!r} stands more than once" for i in twice] + [f"the id {i!r} is no id" for i in spaced]


def _references(tags: Tags) -> list[str]:
    found = []
    for name in REFERENCES:
        for tag in tags.having(name):
            value = tag[name]
            wanted = value if isinstance(value, list) else str(value).split()
            found += [f"{name} points to no id {w!r}: {_shown(tag)}" for w in wanted if w not in tags.ids]
    for tag in tags.named("a"):
        target = str(tag.get("href", ""))
        if target.startswith("#") and len(target) > 1 and target[1:] not in tags.ids:
            found.append(f"a link leads to no id {target[1:]!r}: {_shown(tag)}")
    return found


def _labels(tags: Tags) -> list[str]:
    labelled = {str(tag["for"]) for tag in tags.named("label") if "for" in tag.attrs and words(tag)}
    return [
        f"no label: {_shown(tag)}"
        for tag in tags.named("input", "select", "textarea")
        if str(tag.get("type", "text")) not in FREE_INPUTS
        and str(tag.get("id", "")) not in labelled
        and tag.find_parent("label") is None
        and not tag.get("aria-label")
        and not tag.get("aria-labelledby")
    ]


def _names(tags: Tags) -> list[str]:
    """Links and buttons say where they lead."""
    return [
        f"nothing to read on: {_shown(tag)}"
        for tag in tags.named("a", "button")
        if (tag.name == "button" or "href" in tag.attrs)
        and not words(tag)
        and not tag.get("aria-label")
        and not tag.select("img[alt]:not([alt='']), svg title")
    ]


def _forms(tags: Tags) -> list[str]:
    found = []
    for form in tags.named("form"):
        inside = form.find_all(["input", "button"])
        tokens = [tag for tag in inside if tag.get("name") == "csrf_token" and tag.get("type") == "hidden"]
        if _method(form) == "post":
            if len(tokens) != 1 or not tokens[0].get("value"):
                found.append(f"a POST form without one CSRF token: {_shown(form)}")
        elif tokens:
            found.append(f"a GET form that puts the CSRF token in the address: {_shown(form)}")
        if not any(tag.name == "button" or tag.get("type") == "submit" for tag in inside):
            found.append(f"a form without a button: {_shown(form)}")
        if urlsplit(urljoin(tags.url, str(form.get("action", "")))).netloc != urlsplit(tags.url).netloc:
            found.append(f"a form that leads away: {_shown(form)}")
    return found


def _method(form: Tag) -> str:
    return str(form.get("method", "get")).lower()


def _twins(tags: Tags) -> list[str]:
    found = []
    for tag in tags.all:
        names = [name for name in tag.attrs if name.startswith(("hx-", "data-hx-"))]
        found += [f"{n} is not allowed: {_shown(tag)}" for n in names if n.startswith(HX_FORBIDDEN)]
        found += [f"htmx code in {n}: {_shown(tag)}" for n in names if "js:" in str(tag[n]).lower()]
        if "hx-trigger" in names and "[" in str(tag["hx-trigger"]):
            found.append(f"a filter in hx-trigger: {_shown(tag)}")
        found += [fault for verb in HX_VERBS if verb in names for fault in _twin(tag, verb, tags.url)]
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


def _inline(tags: Tags) -> list[str]:
    found = [f"an inline style: {_shown(tag)}" for tag in tags.all if tag.name == "style" or "style" in tag.attrs]
    for tag in tags.named("script"):
        if not tag.get("src") and tag.get("type") not in {"application/json", "importmap"}:
            found.append(f"an inline script: {_shown(tag)}")
    for tag in tags.all:
        found += [f"{name} on an element: {_shown(tag)}" for name in tag.attrs if name.lower().startswith("on")]
        for name in ("href", "src", "action", "formaction"):
            if name in tag.attrs and str(tag[name]).strip().lower().startswith("javascript:"):
                found.append(f"a script in {name}: {_shown(tag)}")
    return found


def _lists(tags: Tags) -> list[str]:
    return [
        f"<{child.name}> straight inside <{tag.name}>: {_shown(child)}"
        for tag in tags.named("ul", "ol")
        for child in tag.find_all(True, recursive=False)
        if child.name not in LIST_CHILDREN[tag.name]
    ]


def _images(tags: Tags) -> list[str]:
    return [f"an image without alt: {_shown(tag)}" for tag in tags.named("img") if "alt" not in tag.attrs]


def _frame(tags: Tags) -> list[str]:
    """One h1 that starts the title, a language, one main, a width for phones."""
    found = []
    titles = [tag for tag in tags.named("title") if tag.parent is not None and tag.parent.name == "head"]
    html, firsts = tags.named("html"), tags.named("h1")
    if not html or not str(html[0].get("lang", "")).startswith("en"):
        found.append("the page does not say its language")
    if len(firsts) != 1:
        found.append(f"{len(firsts)} h1 instead of one")
    if len(titles) != 1 or not words(titles[0]):
        found.append("no title")
    if len(tags.named("main")) != 1:
        found.append("not exactly one main")
    if len(firsts) == 1 and len(titles) == 1:
        title = words(titles[0]).removeprefix("Error: ")
        if not words(firsts[0]) or not title.startswith(words(firsts[0])):
            found.append(f"the title {title!r} does not start with the h1 {words(firsts[0])!r}")
    if not any(tag.get("name") == "viewport" for tag in tags.named("meta")):
        found.append("no viewport: phones would shrink the page")
    return found


def _headings(tags: Tags) -> list[str]:
    found, before = [], 1
    for heading in tags.named(*HEADINGS):
        level = int(heading.name[1])
        if level > before + 1:
            found.append(f"a heading skips a level: {_shown(heading)}")
        if not words(heading):
            found.append(f"an empty heading: {_shown(heading)}")
        before = level
    return found
