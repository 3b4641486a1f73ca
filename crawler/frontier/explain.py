"""Why an address is not fetched, in a few plain words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from crawler.discovery.links import LONGEST_URL
from crawler.discovery.refusals import is_counter, is_page
from crawler.downloader.requests import Counter, Erased, OffSite
from crawler.downloader.robots import ForbiddenByRobots
from crawler.frontier.interface import Frontier
from crawler.frontier.lookup import Site
from crawler.frontier.outlook import Crawl, UrlState
from crawler.frontier.standing import HostReport, Standing
from crawler.frontier.words import many, moment, plain, span
from crawler.sightings import GONE

Because = Literal[
    "no_crawl", "outside_scope", "counter", "too_long", "not_a_page", "erased", "never_seen", "earlier_crawl",
    "not_due", "waiting", "host_paused", "host_closed", "no_crawl_at_work", "crawl_ended", "leased", "holder_gone",
    "done", "gone", "redirected", "leads_elsewhere", "failed", "robots", "refused", "dropped",
]  # fmt: skip
"""Words that stay as they are, for programs."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Explanation:
    """What is to be said of one address."""

    url: str
    """As it was asked for, in full."""
    because: Because
    lines: tuple[str, ...]
    """One to four."""
    state: UrlState | None = None
    """What the frontier knows of it; None where that is nothing."""


class _Said(NamedTuple):
    because: Because
    lines: tuple[str, ...]


def _said(because: Because, *lines: str) -> _Said:
    return _Said(because, tuple(filter(None, lines)))


_ERASED = _said("erased", "Its article was erased from the archive (newsreel erase): it is not fetched again.")
_COUNTER = _said("counter", "A request to it would count a visit that no reader made: such are never requested.")


async def why(frontier: Frontier, url: str, site: Site, standing: Standing, command: str) -> Explanation:
    """Return why an address is not fetched; `command` goes on with the crawl. Raises FrontierError."""
    local = standing.scope.localise(url) if standing.scope else None
    state = await frontier.state(site.key_of(url))
    if state is None and local is not None:
        state = await frontier.state(site.key_of(local))
    erased = site.is_erased(url)
    if state is None:
        said = _ERASED if erased else _unknown(local or url, standing, command)
        return Explanation(url=url, because=said.because, lines=said.lines)
    target = None
    if state.led_to is not None:
        target = await frontier.state(site.key_of(state.led_to))
        target = None if target is None or target.key == state.key else target
    said = _known(state, target, standing, command, erased=erased)
    # One page has one entry, by whichever of its addresses was seen first.
    known = () if state.url == (local or url) else (f"It is known as {state.url}.",)
    return Explanation(url=url, because=said.because, lines=(known + said.lines)[:4], state=state)


def refusal(url: str, standing: Standing) -> Explanation | None:
    """Return why an address that is not known may not be asked for, whoever wants it; None where it may."""
    said = _forbidden(url, standing)
    if said is None and standing.overview.crawl is None:
        said = _said("no_crawl", "No crawl of this site has begun.")
    return Explanation(url=url, because=said.because, lines=said.lines) if said else None


def _forbidden(url: str, standing: Standing) -> _Said | None:
    scope = standing.scope
    if scope is not None and url not in scope:
        home = f"{scope.scheme}://{scope.netloc}/"
        return _said("outside_scope", f"It is outside the site: this crawl stays on {home} (with or without www.).")
    if is_counter(url):
        return _COUNTER
    if len(url) > LONGEST_URL:
        return _said("too_long", f"It is longer than {LONGEST_URL} characters: links to such are not followed.")
    return None


def _unknown(url: str, standing: Standing, command: str) -> _Said:
    if forbidden := _forbidden(url, standing):
        return forbidden
    if not is_page(url):
        what = "By its address it is no page to read (a file, a search, an action): links to such are not followed."
        return _said("not_a_page", what)
    if standing.overview.crawl is None:
        return _said("no_crawl", f"No crawl of this site has begun; this begins one: {command}")
    total = standing.overview.total
    left = total["waiting"] + total["leased"] if standing.is_open else 0
    return _said(
        "never_seen",
        "No page that was read leads to it by a link that is followed (see -a ways of scrapy crawl).",
        f"{many(left, 'known page', 'known pages')} not read yet may still lead to it." if left else "",
        "--requeue asks for it all the same.",
    )


def _known(state: UrlState, target: UrlState | None, standing: Standing, command: str, *, erased: bool) -> _Said:
    if state.state == "dropped":
        return _said("dropped", f"It was dropped by hand {moment(state.changed_at)}; --requeue brings it back.")
    if erased and state.state != "leased":
        return _ERASED
    crawl = standing.overview.crawl
    if crawl is not None and state.crawl < crawl.number:
        return _earlier(state, crawl, standing)
    match state.state:
        case "waiting":
            return _waiting(state, standing, command)
        case "leased":
            return _leased(state, standing, command)
        case "done":
            return _done(state, target)
        case "failed":
            return _failed(state, command)
        case _:
            return _refused(state)


def _earlier(state: UrlState, crawl: Crawl, standing: Standing) -> _Said:
    began = moment(crawl.began_at)
    if crawl.mode != "full" and state.state not in ("waiting", "leased"):
        what = "what may name new articles" if crawl.mode == "new" else "what may name new articles, and what is due"
        return _said(
            "not_due",
            f"In an earlier crawl it {_became(state)}.",
            f"The last one, begun {began}, visits only {what} (mode {crawl.mode}).",
            _next_visit(state),
            "--requeue asks for it all the same.",
        )
    return _said(
        "earlier_crawl",
        f"In an earlier crawl it {_became(state)}.",
        f"The present one, begun {began}, has not found it yet."
        if standing.is_open
        else f"The last one, begun {began}, ended without finding it on any page.",
        "--requeue asks for it all the same.",
    )


def _waiting(state: UrlState, standing: Standing, command: str) -> _Said:
    tries = f"It was tried {many(state.failures, 'time', 'times')} and is to be tried again." if state.failures else ""
    if not standing.is_open:
        ended = f"The crawl ended without it: {state.host} is another host than the site's own."
        return _said("crawl_ended", tries, ended, "--requeue, and the next crawl asks for it.")
    report = standing.report.hosts.get(state.host) if standing.at_work else None
    paused = max(state.due or 0, report.paused_until if report else 0)
    idle = "" if standing.at_work else f"No crawl is at work; this goes on with it: {command}"
    if paused > standing.now:
        away = f"Its host {state.host} is left alone until {moment(paused)}, as it asked for or for being in trouble."
        return _said("host_paused", tries, away, idle)
    if closed := standing.report.closed.get(state.host):
        return _said("host_closed", tries, f"The run that was there last asks no more of {state.host}: {closed}", idle)
    turn = f"It waits for its turn: {many(state.ahead or 0, 'address', 'addresses')} of {state.host} before it."
    if idle:
        return _said("no_crawl_at_work", tries, turn, idle)
    return _said("waiting", tries, turn, _pace(state, standing, report))


def _pace(state: UrlState, standing: Standing, report: HostReport | None) -> str:
    if standing.silent_for is not None:
        return f"The crawl ({standing.overview.holder}) has said nothing for {span(standing.silent_for)}."
    if report is None:
        return "The crawl that is at work has asked nothing of this host lately."
    if not report.delay:
        return "Its host is asked without a pause."
    first = span(report.delay * ((state.ahead or 0) + report.queued))
    return f"Its host is asked every {span(report.delay)}: in {first} at the soonest."


def _leased(state: UrlState, standing: Standing, command: str) -> _Said:
    since = f"{state.holder or 'A run that is forgotten'} took it {moment(state.changed_at)} to fetch it."
    until = moment(state.leased_until or 0)
    if not standing.at_work:
        return _said("holder_gone", since, f"That run is gone; the next one settles what it has left: {command}")
    if state.holder != standing.overview.holder:
        return _said("holder_gone", since, f"That run is gone; the one at work takes it over {until}.")
    silent = standing.silent_for
    said = f"has said nothing for {span(silent)}" if silent is not None else "is at work"
    return _said("leased", since, f"That run {said}; nobody else may fetch it before {until}.")


def _done(state: UrlState, target: UrlState | None) -> _Said:
    again = "A page is asked for once in a crawl: the next asks again, and --requeue before."
    if state.led_to is not None and state.led_to != state.url:
        led = f"It was asked for{_at(state)} and leads to {state.led_to}"
        if target is not None:
            return _said("redirected", f"{led},", f"which {_became(target)}.")
        return _said("leads_elsewhere", f"{led}: {plain(state.reason or 'nothing is known of that')}.")
    if state.http_status in GONE:
        return _said("gone", f"It was asked for{_at(state)}: HTTP {state.http_status}, there is no such page.", again)
    return _said("done", f"It {_became(state)}.", _next_visit(state), again)


def _next_visit(state: UrlState) -> str:
    return f"A crawl of what is due (-a mode=due) visits it again from {moment(state.due)} on." if state.due else ""


def _failed(state: UrlState, command: str) -> _Said:
    count, reason = many(state.failures, "time", "times"), plain(state.reason or "it is not known why")
    return _said(
        "failed",
        f"It failed {count}, the last {moment(state.changed_at)}: {reason}.",
        f"The next crawl tries it again where it is found; --requeue lets this one do so, with: {command}",
    )


def _refused(state: UrlState) -> _Said:
    reason, when = state.reason or "it is not known why", moment(state.changed_at)
    known = {
        str(ForbiddenByRobots(state.url)): _said(
            "robots", f"The robots.txt of {state.host} forbids it, as read by the crawl {when}."
        ),
        str(OffSite(state.url)): _said("outside_scope", "It is another site's."),
        str(Erased(state.url)): _ERASED,
        str(Counter(state.url)): _COUNTER,
    }
    return known.get(reason) or _said("refused", f"It was not requested ({when}): {plain(reason)}.")


def _became(state: UrlState) -> str:
    """Return what became of an address, to follow a word for it."""
    reason = f" ({plain(state.reason)})" if state.reason else ""
    match state.state:
        case "waiting":
            return "waits for its turn"
        case "leased":
            return "is being fetched"
        case "done":
            answer = f" (HTTP {state.http_status})" if state.http_status is not None else ""
            return f"was fetched{_at(state)}{answer}"
        case "failed":
            return f"failed{reason}"
        case "dropped":
            return "was dropped by hand"
        case _:
            return f"was {state.state}{reason}"


def _at(state: UrlState) -> str:
    return f" {moment(state.visited_at)}" if state.visited_at is not None else ""
