/// A direct exchange's queues, by the key that they are bound with (AMQP 0-9-1, 3.1.3.1).
struct DirectRoutes {
    private var queues: [[UInt8]: [Int]] = [:]

    mutating func bind(_ queue: Int, key: [UInt8]) {
        guard self.queues[key]?.contains(queue) != true else { return }
        self.queues[key, default: []].append(queue)
    }

    mutating func unbind(_ queue: Int, key: [UInt8]) {
        self.queues[key]?.removeAll { $0 == queue }
        if self.queues[key]?.isEmpty == true { self.queues[key] = nil }
    }

    func route(key: UnsafeRawBufferPointer) -> [Int] { self.queues[Array(key)] ?? [] }

    var all: [Int] { self.queues.values.flatMap { $0 } }
}
