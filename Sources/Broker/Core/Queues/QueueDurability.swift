import Messaging

/// How safe the persistent messages of a durable queue are when their publisher gets its confirm
/// (`x-durability`, or a policy's `durability`; an extension of ours).
///
/// | level   | the confirm leaves                   | what it survives                            |
/// |---------|--------------------------------------|---------------------------------------------|
/// | sync    | after `fdatasync` of the log         | the end of the process and of the machine   |
/// | written | after the log was written            | the end of the process; that of the machine |
/// |         |                                      | but for the last moment (200 ms)            |
/// | memory  | at once                              | nothing: its messages are in no log         |
///
/// The queue itself and its bindings are durable at every level. A quorum queue and a stream keep
/// every message: they are `sync`, refuse another level and pass over a policy's.
enum QueueDurability: String {
    case sync, written, memory
}

extension QueueArguments {
    static let durability = "x-durability"

    /// - Parameter keeper: The type of queue that keeps every message, whatever its publisher says
    ///   of it, such as `quorum`; nil when it is none of these. A lower level would break that.
    func checkDurability(ofKeeper keeper: String?) throws(Fault) {
        guard let word = try self.word(Self.durability) else { return }
        guard let level = QueueDurability(rawValue: word) else {
            throw self.invalid(Self.durability, "invalid_durability")
        }
        guard let keeper, level != .sync else { return }
        throw self.invalid(
            Self.durability, "a \(keeper) queue keeps every message: it can only be 'sync'")
    }
}
