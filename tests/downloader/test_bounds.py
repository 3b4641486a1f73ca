"""Also the canary for the internals of Scrapy and Twisted that bounds.py leans on."""

import inspect

import pytest
import scrapy
from scrapy.core.downloader.handlers import http11
from twisted.internet.testing import StringTransport
from twisted.web._newclient import HTTP11ClientProtocol, HTTPParser

from crawler.downloader.bounds import BoundedParser, Bounds, OutOfBounds, TooSlow

BOUNDS = Bounds(body=1000, head=400, headers=5, speed=100, patience=10)


class Sent:
    method = b"GET"


def parser(bounds=BOUNDS, began=1e18):
    made = BoundedParser(Sent(), lambda rest: None)
    made.bounds, made.began = bounds, began
    made.makeConnection(StringTransport())
    return made


def answer(lines):
    return b"HTTP/1.1 200 OK\r\n" + lines + b"\r\n"


def test_the_internals_that_are_leant_on_are_still_there():
    assert scrapy.version_info[:2] == (2, 19)
    assert "self._pool._factory = _LenientHTTP11ClientFactory" in inspect.getsource(
        http11.HTTP11DownloadHandler.__init__
    )
    assert "self._parser.__class__ = _LenientHTTPClientParser" in inspect.getsource(
        http11._LenientHTTP11ClientProtocol.request
    )
    assert "self._giveUp(Failure())" in inspect.getsource(HTTP11ClientProtocol.dataReceived)
    assert {"lineReceived", "statusReceived", "allHeadersReceived", "lineLengthExceeded"} <= set(dir(HTTPParser))


@pytest.mark.parametrize(
    ("sent", "guard"),
    [
        (answer(b"X: y\r\n" * 6), "header_count"),
        (answer(b"X: " + b"y" * 400 + b"\r\n"), "header_size"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 20_000, "header_size"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 20, "header_count"),
        (b"HTTP/1.1 000 No\r\n", "status"),
        (b"HTTP/1.1 99999 No\r\n", "status"),
        (b"HTTP/1.1 -1 No\r\n", "status"),
        (b"HTTP/1.1 2_00 OK\r\n", "status"),
        (b"HTTP/1.1 099 No\r\n", "status"),
    ],
)
def test_a_head_has_bounds(sent, guard):
    with pytest.raises(OutOfBounds) as caught:
        parser().dataReceived(sent)
    assert caught.value.guard == guard


def test_interim_answers_have_a_bound_of_their_own():
    wide = Bounds(body=1000, head=10_000, headers=1000, speed=100, patience=10)
    parser(wide).dataReceived(b"HTTP/1.1 100 Continue\r\n\r\n" * 16)
    with pytest.raises(OutOfBounds) as caught:
        parser(wide).dataReceived(b"HTTP/1.1 100 Continue\r\n\r\n" * 17)
    assert caught.value.guard == "interim_answers"


def test_chunks_are_bounded_as_they_are_sent():
    talk = parser()
    talk.dataReceived(answer(b"Transfer-Encoding: chunked\r\n"))
    with pytest.raises(OutOfBounds) as caught:
        talk.dataReceived(b"1\r\nx\r\n" * 1000)
    assert caught.value.guard == "body_size"


def test_a_head_that_drips_is_given_up_and_a_slow_beginning_is_not():
    parser(began=1e18).dataReceived(b"H")
    with pytest.raises(TooSlow):
        parser(began=-1e6).dataReceived(b"H")


@pytest.mark.parametrize("line", [b"HTTP/1.1 200 OK", b"HTTP/1.0 404", b"HTTP/1.1 999 \xe4", b"HTTP/1.1 600 x"])
def test_statuses_of_three_digits_are_taken(line):
    talk = parser()
    talk.dataReceived(line + b"\r\nX: y\r\n")
    assert talk.response.code == int(line.split()[1])


@pytest.mark.parametrize(
    ("received", "seconds", "slow"), [(0, 9, False), (0, 11, True), (1101, 11, False), (1099, 11, True)]
)
def test_the_pace_is_a_mean_after_some_patience(received, seconds, slow):
    assert BOUNDS.is_slow(received, seconds) is slow
