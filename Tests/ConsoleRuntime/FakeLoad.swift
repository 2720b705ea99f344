import ConsoleRuntime
import LoadTest
import Synchronization

/// A load engine that sends nothing and remembers what it was told.
final class FakeLoad: LoadControl {
    private struct State {
        var snapshot = LoadSnapshot()
        var calls: [String] = []
    }

    private let state = Mutex(State())

    var calls: [String] { self.state.withLock { $0.calls } }

    func start(_ scenario: LoadScenario) async {
        self.state.withLock { state in
            state.calls.append("start \(scenario.name)")
            state.snapshot.state = .running
        }
    }

    func setRate(_ perSecond: Double) async {
        self.state.withLock { $0.calls.append("rate \(perSecond)") }
    }

    func stop() async {
        self.state.withLock { state in
            state.calls.append("stop")
            state.snapshot.state = .idle
        }
    }

    func snapshot() async -> LoadSnapshot { self.state.withLock { $0.snapshot } }
}
