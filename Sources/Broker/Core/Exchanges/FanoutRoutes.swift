/// A fanout exchange's queues: each gets everything, whatever it is bound with (AMQP 0-9-1,
/// 3.1.3.2).
struct FanoutRoutes {
    /// How many keys each queue is bound with.
    private var keys: [Int: Int] = [:]

    mutating func bind(_ queue: Int) { self.keys[queue, default: 0] += 1 }

    mutating func unbind(_ queue: Int) {
        guard let count = self.keys[queue] else { return }
        self.keys[queue] = count > 1 ? count - 1 : nil
    }

    var all: [Int] { Array(self.keys.keys) }
}
