import Synchronization

/// Lets tests wait for a condition without asking for it again and again.
///
/// Whoever changes what a condition is about calls ``notify()`` afterwards.
package final class Signal: Sendable {
    private struct State {
        var notifications = 0
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    package init() {}

    /// Something has changed.
    package func notify() {
        let waiting = self.state.withLock { state in
            state.notifications += 1
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Returns once the condition holds; it is looked at after each ``notify()``.
    package func wait(
        isolation: isolated (any Actor)? = #isolation, until condition: () -> Bool
    ) async {
        while true {
            let seen = self.state.withLock { $0.notifications }
            if condition() { return }
            await withCheckedContinuation { continuation in
                let isLate = self.state.withLock { state in
                    // What came after `seen` may have made the condition true meanwhile.
                    guard state.notifications == seen else { return true }
                    state.waiting.append(continuation)
                    return false
                }
                if isLate { continuation.resume() }
            }
        }
    }
}
