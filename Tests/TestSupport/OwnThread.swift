import Foundation

/// Does work that takes long on a thread of its own, and waits for it.
///
/// All tests share a few threads, as many as there are processors. Who keeps one for minutes keeps
/// clients and servers of other tests waiting, until these give each other up.
package func onOwnThread<Value: Sendable>(
    _ work: @escaping @Sendable () throws -> Value
) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        let thread = Thread { continuation.resume(with: Result(catching: work)) }
        thread.stackSize = 8 << 20
        thread.start()
    }
}
