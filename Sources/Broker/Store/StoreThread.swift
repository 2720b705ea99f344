import Glibc

/// Runs a body on a thread of its own, until it returns.
///
/// The store waits for disks, which nothing else may: not a loop of sockets, and no thread that
/// the runtime shares among tasks.
func runOnThread(_ body: @escaping @Sendable () -> Void) {
    final class Box {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    let box = Unmanaged.passRetained(Box(body))
    var thread = pthread_t()
    let code = pthread_create(
        &thread, nil,
        { pointer in
            Unmanaged<Box>.fromOpaque(pointer!).takeRetainedValue().body()
            return nil
        }, box.toOpaque())
    precondition(code == 0, "a process that can begin has room for one more thread")
    pthread_detach(thread)
}
