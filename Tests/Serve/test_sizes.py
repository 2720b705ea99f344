"""Requests that are larger, deeper or stranger than any that means something."""

import management
from management import request
from service import ServiceTestCase

PEAK_BYTES_MAX = 384 << 20
"""A body of 64 MiB is there as it came, as one piece and as what was read in it."""
BODY_BYTES_MAX = 67_108_864
LIST = "/api/queues"
QUEUE = "/api/queues/%2F/q"
CHUNKED = b"Transfer-Encoding: chunked\r\n"


def chunked(*chunks):
    """A PUT whose body comes in those chunks, and then as it will."""
    return request("PUT", QUEUE, fields=CHUNKED) + b"".join(
        b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)


def limit(number):
    """A declaration with a number in it."""
    return b'{"arguments":{"x-max-length":%s}}' % number


class Sizes(ServiceTestCase):
    """Each is answered, and the next one as well."""

    def setUp(self):
        super().setUp()
        self.service = self.serve("--management-port", "0")
        self.port = management.port(self.service)

    def tearDown(self):
        """Whatever came, the broker is there, and has not taken much memory for it."""
        self.assertEqual(management.status(self.port, "GET", "/api/overview"), 200)
        self.assertLess(management.peak_bytes(self.service.process), PEAK_BYTES_MAX)
        self.assertEqual(self.service.end(), 0)
        self.assertNotIn("atal error", self.service.log)

    def check(self, cases):
        for title, (octets, *expected) in cases.items():
            with self.subTest(title):
                self.assertEqual(
                    management.statuses(management.exchange(self.port, octets)), expected)

    def test_heads(self):
        """heads that are too long, too many or no heads at all are refused"""
        self.check({
            "a line as long as may be": (request("GET", "/api/" + "x" * 9_000), 404),
            "a line too long": (request("GET", "/api/" + "x" * 20_000), 400),
            "a field too long": (request("GET", LIST, fields=b"X: %s\r\n" % (b"x" * 20_000)), 400),
            "too many fields": (request("GET", LIST, fields=b"".join(
                b"X%d: y\r\n" % number for number in range(150))), 400),
            "a field without end": (request("GET", LIST, fields=b"X: " + b"x" * 100_000), 400),
            "a version of the future": (b"GET / HTTP/9.9\r\n\r\n", 400),
            "octets that are no text": (request("GET", b"/api/queues/\xff\xfe"), 400),
            "no host": (b"GET /api/whoami HTTP/1.1\r\nConnection: close\r\n\r\n", 401),
            "another method": (request("BREW", LIST), 400),
            "a tunnel": (request("CONNECT", "a:1"), 405),
            "a login that is none": (request(
                "GET", LIST, who=None, fields=b"Authorization: Basic !\r\n"), 400),
            "a login of another kind": (request(
                "GET", LIST, who=None, fields=b"Authorization: Bearer x\r\n"), 401),
            "a login as long as may be": (request("GET", LIST, who="u" * 4_000 + ":p"), 401),
        })

    def test_bodies(self):
        """a body has the length that was announced, and no more than it may"""
        head = request("PUT", QUEUE)[:-2]
        self.check({
            "as many as may be": (request("PUT", QUEUE, b" " * BODY_BYTES_MAX), 400),
            "one more": (head + b"Content-Length: %d\r\n\r\n" % (BODY_BYTES_MAX + 1), 413),
            "too many, in chunks": (chunked(*[b" " * 1_000_000] * 68), 413),
            "more than there are": (head + b"Content-Length: 99999999999999999999\r\n\r\n", 400),
            "less than none": (head + b"Content-Length: -1\r\n\r\n", 400),
            "two lengths": (head + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}", 400),
            "a length and chunks": (head + b"Content-Length: 1\r\n" + CHUNKED + b"\r\n0\r\n\r\n",
                                    400),
            "a chunk of no length": (chunked() + b"ZZ\r\n", 400),
            "a chunk beyond all": (chunked() + b"f" * 20 + b"\r\n", 400),
            "in chunks": (chunked(b'{"dur', b'able":true}') + b"0\r\n\r\n", 201),
        })

    def test_names(self):
        """paths and queries that are encoded wrongly or name nothing are refused"""
        self.check({
            "no digits": (request("GET", "/api/queues/%ZZ"), 400),
            "cut off": (request("GET", "/api/queues/%2"), 400),
            "no UTF-8": (request("GET", "/api/queues/%ff%fe"), 400),
            "in the query": (request("GET", LIST + "?name=%"), 400),
            "a name as long as may be": (
                request("PUT", "/api/queues/%2F/" + "n" * 255, b"{}"), 201),
            "a name too long": (request("PUT", "/api/queues/%2F/" + "n" * 256, b"{}"), 400),
            "a name with zero in it": (request("PUT", "/api/queues/%2F/a%00b", b"{}"), 201),
            "a path of thousands": (request("GET", "/api" + "/x" * 3_000), 404),
            "out of the tree": (request("GET", "/api/../../etc/passwd"), 404),
        })

    def test_pages(self):
        """pages that are not there are refused"""
        self.check({title: (request("GET", f"{LIST}?{query}"), answer)
                    for title, (query, answer) in {
            "beyond all": ("page=9223372036854775807&page_size=500", 400),
            "more than a number": ("page=99999999999999999999", 400),
            "before all": ("page=-1", 400), "of no size": ("page=1&page_size=0", 400),
            "too large": ("page=1&page_size=501", 400), "no number": ("page=1e3", 400),
            "no expression": ("page=1&use_regex=true&name=(((", 400),
            "an expression too long": ("page=1&use_regex=true&name=" + "a" * 256, 400),
            "a hundred columns": ("columns=" + ",".join(["a"] * 100), 200),
            "more columns": ("columns=" + ",".join(["a"] * 101), 400),
            "thousands of columns": ("columns=" + ",".join(["a.b.c"] * 1_500), 400),
            "a deep column": ("columns=" + "a." * 4_000, 400),
            "a deep order": ("sort=" + "a." * 4_000, 400),
        }.items()})

    def test_positions(self):
        """positions and offsets behind all that can be are places where nothing is"""
        path = "/api/queuetop/queues/%2F/"
        last = 2**64 - 1
        stream = b'{"durable":true,"arguments":{"x-queue-type":"stream"}}'
        self.check({
            "a queue": (request("PUT", QUEUE, b"{}"), 201),
            "a stream": (request("PUT", "/api/queues/%2F/s", stream), 201),
            **{f"{name} behind {place}": (
                request("GET", f"{path}{name}/messages?after={place}"), 200)
               for name in "qs" for place in (last, last - 1, 2**63)},
            "one more": (request("GET", f"{path}q/messages?after={last + 1}"), 400),
            "an offset": (request("GET", f"{path}s/messages?from=offset:{last}"), 200),
            "a time": (request("GET", f"{path}s/messages?from=time:{2**63 - 1}"), 200),
            "deleted": (request(
                "POST", path + "q/messages/delete", b'{"positions":["%d"]}' % last), 200),
            "redriven": (request(
                "POST", path + "q/redrive-step", b'{"target":"q","after":"%d"}' % last), 200),
        })

    def test_expressions(self):
        """expressions that would be searched for till the end of days are not"""
        name = "a" * 200 + "b"
        policy = b'{"pattern":"^(a+)+$","definition":{"max-length":1}}'
        self.check({
            "a name": (request("PUT", f"/api/queues/%2F/{name}", b"{}"), 201),
            "a filter": (request("GET", LIST + "?page=1&use_regex=true&name=%5E(a%2B)%2B%24"), 200),
            "a policy": (request("PUT", "/api/policies/%2F/p", policy), 201),
            "with both": (request("PUT", f"/api/queues/%2F/{name}b", b"{}"), 201),
        })

    def test_json(self):
        """JSON that is deep, huge or broken is refused, whatever is around it"""
        deep = 100_000
        self.check({title: (request("PUT", QUEUE, body), answer) for title, (body, answer) in {
            "lists": (b'{"arguments":' + b"[" * deep + b"]" * deep + b"}", 400),
            "objects": (b'{"a":' * deep + b"1" + b"}" * deep, 400),
            "never closed": (b"[" * deep, 400), "a million braces": (b"{" * 1_000_000, 400),
            "a large power": (limit(b"1e400"), 400), "a huge one": (limit(b"1e99999999999"), 400),
            "a thousand digits": (limit(b"9" * 1_000), 400),
            "a hundred thousand": (limit(b"1" * deep), 400),
            "a long fraction": (limit(b"0." + b"1" * 1_000), 400),
            "no number": (limit(b"NaN"), 400), "no UTF-8": (b'{"durable":"\xff"}', 400),
            "half a pair": (b'{"arguments":{"x":"\\ud800"}}', 400),
            "a list": (b"[]", 400), "a text": (b'"x"', 400), "nothing": (b"null", 400),
            "two": (b"{}{}", 400), "cut off": (b'{"durable":', 400), "a comma": (b'{"a":1,}', 400),
            "zero octets": (b"\0" * 1_000, 400), "the same name often": (
                b"{" + b",".join([b'"durable":true'] * 10_000) + b"}", 201),
        }.items()})
