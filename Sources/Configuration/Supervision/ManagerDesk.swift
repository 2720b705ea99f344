import Logging

/// Tells a service manager what happens, in its order, and again later what its socket had no room
/// for.
///
/// `sd_notify(3)` waits for room, so that a manager that does not read would hold up the whole
/// program. Here what a start, a stop or a reload waits for is kept and tried again; that the
/// process lives is said again soon anyway, and left out.
package actor ManagerDesk {
    /// States that are kept: the last reload has two, and what came before it is no news any more.
    static let heldMax = 2
    /// How long until what is kept is tried again.
    static let pause = Duration.milliseconds(100)

    private struct Notice {
        var state: NotifySocket.State
        var status: String?
    }

    private let socket: NotifySocket
    private let logger: Logger
    private var held: [Notice] = []
    private let wakes: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation

    /// - Parameter logger: Hears what was left out or kept, at the level `debug`.
    package init(_ socket: NotifySocket, logger: Logger) {
        self.socket = socket
        self.logger = logger
        (self.wakes, self.wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Tells a state, at once or, but for the watchdog's, later: see ``retry()``.
    ///
    /// - Parameter status: A sentence for `systemctl status`.
    package func tell(_ state: NotifySocket.State, status: String? = nil) {
        self.send()
        // Behind what is kept, so that the manager hears everything in its order.
        if self.held.isEmpty, self.socket.tell(state, status: status) != .full { return }
        guard state != .watchdog else {
            return self.logger.debug("service manager reads nothing: watchdog not told")
        }
        self.logger.debug(
            "service manager reads nothing: told later", metadata: ["state": "\(state)"])
        // A stop makes everything before it old.
        if state == .stopping { self.held = [] }
        self.held = self.held.suffix(Self.heldMax - 1) + [Notice(state: state, status: status)]
        self.wake.yield()
    }

    /// Tells what is kept as soon as there is room, until its task is cancelled.
    package func retry() async {
        for await _ in self.wakes {
            while !self.held.isEmpty, !Task.isCancelled {
                try? await Task.sleep(for: Self.pause)
                self.send()
            }
        }
    }

    private func send() {
        while let first = self.held.first,
            self.socket.tell(first.state, status: first.status) != .full
        { self.held.removeFirst() }
    }
}
