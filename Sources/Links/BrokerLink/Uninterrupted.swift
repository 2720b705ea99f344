/// Runs work to its end, also when whoever waits for it is cancelled meanwhile.
///
/// What a broker was told to do happens whether somebody waits for the answer or not: to stop
/// listening would make its outcome unknown although the connection is there. The work has a
/// deadline of its own, so the wait has an end. It is not left behind: the caller returns after it.
package func uninterrupted<Value: Sendable>(
    _ work: @escaping @Sendable () async -> Value
) async -> Value {
    await Task { await work() }.value
}
