"""What other readers of articles make of saved pages; runs in an environment of their own and imports nothing of newsreel.

    /path/to/python extraction_peers.py PEER < PAGES > PREDICTIONS

PAGES: lines of JSON with id, path (of a gzip file) and url; PREDICTIONS: lines of JSON with id, ms (CPU) and the fields that the peer reads.
Each peer is called as its manual tells. The text is decoded for trafilatura and GNE, as the page declares it where that is possible, outside of what
is timed: GNE leaves that to its caller, and trafilatura reads GB-encoded pages better so than by itself. readability-lxml takes bytes.
"""

import gzip
import json
import logging
import re
import sys
import time

DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([\w-]{1,40})""", re.IGNORECASE)
DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})(?:\D{1,4}(\d{1,2}):(\d{2}))?")


def moment(text):
    """Return a day, with the time where it is stated, in the form of ISO 8601."""
    found = DAY.search(text or "")
    if not found:
        return None
    year, month, day, hour, minute = found.groups()
    clock = f"T{int(hour):02}:{minute}" if hour else ""
    return f"{year}-{int(month):02}-{int(day):02}{clock}"


def decoded(body):
    """Return the text: in the declared charset, else in UTF-8, else in GB18030, whichever fits first."""
    declared = [name.decode().lower() for name in DECLARED.findall(body[:8192])[:1]]
    for name in [*declared, "utf-8", "gb18030"]:
        try:
            return body.decode("gb18030" if name in ("gb2312", "gbk") else name)
        except (LookupError, UnicodeDecodeError):
            continue
    return body.decode((declared or ["utf-8"])[0], "replace")


def trafilatura_peer(**options):
    from trafilatura import bare_extraction

    def read(text, url):
        found = bare_extraction(text, url=url or None, with_metadata=True, include_comments=False, **options)
        if found is None:
            return {}
        found = found.as_dict()
        return {
            "title": found["title"],
            "author": found["author"],
            "published_at": moment(found["date"]),
            "source": found["sitename"],
            "body": found["text"],
        }

    return read


def gne_peer():
    from gne import GeneralNewsExtractor

    extractor = GeneralNewsExtractor()

    def read(text, url):
        found = extractor.extract(text)
        return {
            "title": found["title"],
            "author": found["author"],
            "published_at": moment(found["publish_time"]),
            "body": found["content"],
        }

    return read


def readability_peer():
    from lxml.html import fromstring
    from readability import Document

    def read(body, url):
        document = Document(body, url=url or None)
        summary = fromstring(document.summary())
        for element in summary.iter("p", "div", "br", "li", "td", "h1", "h2", "h3", "h4", "pre", "blockquote"):
            element.tail = "\n" + (element.tail or "")
        return {"title": document.short_title(), "body": summary.text_content()}

    return read


PEERS = {
    "trafilatura": lambda: trafilatura_peer(),
    "trafilatura, precision": lambda: trafilatura_peer(favor_precision=True),
    "GNE": gne_peer,
    "readability-lxml": readability_peer,
}


def main(name):
    logging.disable(logging.CRITICAL)
    read = PEERS[name]()
    for line in sys.stdin:
        page = json.loads(line)
        with gzip.open(page["path"]) as file:
            body = file.read()
        given = body if name == "readability-lxml" else decoded(body)
        began = time.process_time()
        try:
            found = read(given, page["url"])
        except Exception as error:  # whatever a peer raises is that it read nothing
            found = {"error": f"{type(error).__name__}: {error}"}
        found |= {"id": page["id"], "ms": round((time.process_time() - began) * 1000, 3)}
        print(json.dumps(found, ensure_ascii=True), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
