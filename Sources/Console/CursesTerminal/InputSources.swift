import CNcurses
import Canvas
@preconcurrency import Dispatch
import Glibc

/// Waits for keys and signals without waking up in between, and turns them into events.
///
/// All sources run on the main queue, so that reading keys and drawing never meet.
@MainActor
final class InputSources {
    private var signals: [DispatchSourceSignal] = []
    private let keys: DispatchSourceRead
    private var reader = KeyReader()
    /// What each signal did before it was watched.
    private var actions: [(signal: Int32, action: __sighandler_t?)] = []

    init(for terminal: CursesTerminal) {
        self.keys = DispatchSource.makeReadSource(fileDescriptor: STDIN_FILENO, queue: .main)
        self.keys.setEventHandler { [weak self, weak terminal] in
            if let terminal { self?.readKeys(for: terminal) }
        }
        self.keys.resume()
        self.watch(SIGTERM) { [weak terminal] in terminal?.events.yield(.terminate(.requested)) }
        self.watch(SIGINT) { [weak terminal] in terminal?.events.yield(.terminate(.interrupted)) }
        self.watch(SIGHUP) { [weak terminal] in terminal?.events.yield(.terminate(.hungUp)) }
        self.watch(SIGTSTP) { [weak terminal] in terminal?.events.yield(.suspendRequested) }
        self.watch(SIGCONT) { [weak terminal] in terminal?.continued() }
        // This takes the signal from ncurses, which would do nothing until the next key.
        self.watch(SIGWINCH) { [weak terminal] in terminal?.resize() }
    }

    /// Stops watching; the signals do again what they did before.
    isolated deinit {
        self.keys.cancel()
        for source in self.signals { source.cancel() }
        for (number, action) in self.actions { signal(number, action) }
    }

    private func watch(_ number: Int32, _ handler: @escaping @MainActor () -> Void) {
        // Watching does not take the default action away; for those two there is none to take.
        if number != SIGCONT, number != SIGWINCH {
            self.actions.append((number, signal(number, SIG_IGN)))
        }
        let source = DispatchSource.makeSignalSource(signal: number, queue: .main)
        source.setEventHandler { handler() }
        source.resume()
        self.signals.append(source)
    }

    private func readKeys(for terminal: CursesTerminal) {
        // While the shell has the terminal, what is typed is not for us.
        guard terminal.state == .drawing else { return }
        guard self.keys.data > 0 || !Self.isHungUp else {
            self.keys.cancel()
            terminal.events.yield(.terminate(.hungUp))
            return
        }
        while let event = self.reader.next() { terminal.events.yield(event) }
    }

    /// Whether reading would give the end of the file for ever.
    private static var isHungUp: Bool {
        var descriptor = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        var bytes: Int32 = 0
        guard poll(&descriptor, 1, 0) > 0 else { return false }
        return ioctl(STDIN_FILENO, UInt(FIONREAD), &bytes) != 0 || bytes == 0
    }
}
