import Messaging
import NIOConcurrencyHelpers
import NIOCore
import OpenFiles

/// The open sockets of a server, numbered as they come.
///
/// Accepted on several loops, so guarded by a lock; nothing is called while it is held.
final class ConnectionRegistry: Sendable {
    private struct State {
        var lastNumber: UInt64 = 0
        var channels: [ConnectionID: any Channel] = [:]
    }

    private let state = NIOLockedValueBox(State())
    /// What a new one has to get past.
    let gate: FileGate

    init(behind gate: FileGate) { self.gate = gate }

    /// Numbers a connection; it is forgotten by itself when its channel closes.
    func register(_ channel: any Channel) -> ConnectionID {
        let connection = self.state.withLockedValue { state in
            state.lastNumber += 1
            let connection = ConnectionID(state.lastNumber)
            state.channels[connection] = channel
            return connection
        }
        channel.closeFuture.whenComplete { _ in
            self.state.withLockedValue { _ = $0.channels.removeValue(forKey: connection) }
        }
        return connection
    }

    /// Those that are open now.
    var channels: [any Channel] { self.state.withLockedValue { Array($0.channels.values) } }
}
