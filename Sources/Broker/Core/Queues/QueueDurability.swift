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
/// The queue itself and its bindings are durable at every level.
enum QueueDurability: String {
    case sync, written, memory
}

extension QueueArguments {
    static let durability = "x-durability"

    func checkDurability() throws(Fault) {
        guard let word = try self.word(Self.durability) else { return }
        if QueueDurability(rawValue: word) == nil {
            throw self.invalid(Self.durability, "invalid_durability")
        }
    }
}
