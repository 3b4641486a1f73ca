"""The fault server does what a test asks of it."""

import gzip
import http.client
import socket
import time
from contextlib import closing

import pytest

from tests.servers import Answer, gzip_bomb, redirect, retry_after


def get(server, path="/", method="GET"):
    with closing(http.client.HTTPConnection(server.server_address[0], server.port, timeout=5)) as connection:
        connection.request(method, path)
        response = connection.getresponse()
        return response.status, dict(response.headers), response.read()


def test_text_is_a_page(site_server):
    status, headers, body = get(site_server({"/": "<p>页面"}))
    assert (status, headers["Content-Type"], body.decode()) == (200, "text/html; charset=utf-8", "<p>页面")


def test_an_unknown_path_is_404(site_server):
    assert get(site_server(), "/robots.txt")[0] == 404


def test_answers_come_in_turn_and_the_last_stays(site_server):
    server = site_server({"/": [retry_after(3, 429), Answer("a"), Answer("b")]})
    assert [get(server)[0::2] for _ in range(4)] == [(429, b"later"), (200, b"a"), (200, b"b"), (200, b"b")]


def test_a_function_sees_the_request(site_server):
    server = site_server({"/": lambda request: Answer(f"{request.method} {request.host}")})
    assert get(server)[2] == f"GET 127.0.0.1:{server.port}".encode()


def test_headers_are_as_told(site_server):
    server = site_server(
        {"/": redirect("http://10.0.0.1/", 301), "/wait": retry_after("Fri, 01 Jan 2027 00:00:00 GMT")}
    )
    assert get(server)[0:2][1]["Location"] == "http://10.0.0.1/"
    assert get(server, "/wait")[1]["Retry-After"] == "Fri, 01 Jan 2027 00:00:00 GMT"


def test_the_log_holds_each_request_in_order(site_server):
    server = site_server({"/": "x"})
    get(server), get(server, "/a?b=c", "HEAD")
    assert server.paths() == ["/", "/a?b=c"]
    assert server.requests[1].method == "HEAD"
    assert server.requests[0].at < server.requests[1].at


def test_a_connection_is_kept(site_server):
    server = site_server({"/": "one", "/two": "two"})
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)) as connection:
        connection.request("GET", "/")
        first = connection.getresponse().read()
        kept = connection.sock
        connection.request("GET", "/two")
        assert (first, connection.getresponse().read()) == (b"one", b"two")
        assert connection.sock is kept


def test_a_gzip_bomb_unpacks_to_its_size(site_server):
    _, headers, body = get(site_server({"/": gzip_bomb((3 << 20) + 5)}))
    assert headers["Content-Encoding"] == "gzip"
    assert len(body) < 10_000
    assert gzip.decompress(body) == b" " * ((3 << 20) + 5)


def test_a_content_length_may_promise_too_much(site_server):
    with pytest.raises(http.client.IncompleteRead):
        get(site_server({"/": Answer("short", length=1000)}))


def test_a_content_length_may_promise_too_little(site_server):
    assert get(site_server({"/": Answer("much more", length=4)}))[2] == b"much"


@pytest.mark.parametrize("body", ["", "half a page"])
def test_a_connection_may_be_reset(site_server, body):
    with pytest.raises(ConnectionResetError):
        get(site_server({"/": Answer(body, length=1000, reset=True)}))


def test_a_slow_body_comes_piece_by_piece(site_server):
    server = site_server({"/": Answer("abc", pace=0.02, piece=1)})
    with closing(socket.create_connection(("127.0.0.1", server.port), timeout=5)) as raw:
        raw.sendall(b"GET / HTTP/1.1\r\nHost: a.cn\r\nConnection: close\r\n\r\n")
        begun, received = time.monotonic(), []
        while data := raw.recv(1 << 16):
            received.append(data)
    assert b"".join(received).endswith(b"\r\n\r\nabc")
    assert time.monotonic() - begun > 0.05
    assert server.requests[0].host == "a.cn"


def test_a_slow_answer_does_not_outlive_its_test(site_server):
    server = site_server({"/": Answer("late", delay=60)})
    with closing(socket.create_connection(("127.0.0.1", server.port), timeout=5)) as raw:
        raw.sendall(b"GET / HTTP/1.1\r\nHost: a.cn\r\n\r\n")
        while not server.requests:
            pass
        server.stop()
        assert raw.recv(100) == b""


def test_it_also_speaks_ipv6(site_server):
    try:
        server = site_server({"/": "six"}, host="::1")
    except OSError:
        pytest.skip("this machine has no IPv6")
    assert server.url == f"http://[::1]:{server.port}"
    assert get(server)[2] == b"six"
