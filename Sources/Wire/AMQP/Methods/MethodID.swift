/// Which method of which class: the first four bytes of a method frame's payload.
///
/// Source: AMQP 0-9-1, 4.2.4; zero for both means "no method" in a close's failing-method fields.
package struct MethodID: Hashable, Sendable {
    package let classID: UInt16
    package let methodID: UInt16

    package init(_ classID: UInt16, _ methodID: UInt16) {
        self.classID = classID
        self.methodID = methodID
    }

    package static let none = MethodID(0, 0)
}

/// The class ids of AMQP 0-9-1 and of RabbitMQ's `confirm` (AMQP 0-9-1, 1.1).
package enum ClassID: UInt16, Hashable, Sendable, CaseIterable {
    case connection = 10
    case channel = 20
    case exchange = 40
    case queue = 50
    case basic = 60
    case confirm = 85
    case tx = 90
}
