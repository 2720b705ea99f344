"""A way to a broker that a test can cut or stop up, as a network does."""

import socket
import threading


class Cable:
    """Listens on a port of its own and passes bytes on to the broker, in a `with` statement.

    With `bytes_max` nothing more reaches the broker after about so many, until `let_on`.
    """

    def __init__(self, port, bytes_max=None):
        self._target = port
        self._bytes_max = bytes_max
        self._goes_on = threading.Event()
        self.is_stopped_up = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._lock = threading.Lock()
        self._ends = set()
        self.taken = 0
        self.bytes_sent = 0
        self.bytes_received = 0

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()
        self.let_on()

    def cut(self):
        """Ends every connection without a word of the protocol."""
        with self._lock:
            ends, self._ends = self._ends, set()
        for each in ends:
            _shut(each)

    def let_on(self):
        """Passes on what was stopped up, and whatever comes."""
        self._goes_on.set()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._target))
            with self._lock:
                self._ends |= {client, server}
                self.taken += 1
            for way in [(client, server, True), (server, client, False)]:
                threading.Thread(target=self._pass, args=way, daemon=True).start()

    def _pass(self, source, target, is_sent):
        try:
            while data := source.recv(65536):
                if is_sent and self._bytes_max is not None and self.bytes_sent >= self._bytes_max:
                    self.is_stopped_up.set()
                    self._goes_on.wait()
                target.sendall(data)
                with self._lock:
                    if is_sent:
                        self.bytes_sent += len(data)
                    else:
                        self.bytes_received += len(data)
        except OSError:
            pass
        # Either direction's end is the end of both; the last one to notice closes.
        _shut(target)
        source.close()
        with self._lock:
            self._ends.discard(source)


def _shut(end):
    try:
        end.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
