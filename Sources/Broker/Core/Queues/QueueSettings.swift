import Messaging

/// What a queue was declared with, its arguments understood.
struct QueueSettings {
    var isDurable: Bool
    var isAutoDelete: Bool
    /// The connection that alone may use it, and with which it goes.
    var owner: ConnectionID?
    /// As the client wrote them.
    var arguments: FieldTable
    /// `x-message-ttl`.
    var ttlMicroseconds: Int64?
    /// `x-expires`: unused for so long, the queue goes.
    var expiresMicroseconds: Int64?
    /// `x-max-length`.
    var lengthMax: Int?
    /// `x-max-length-bytes`.
    var bytesMax: UInt64?
    /// `x-dead-letter-exchange`.
    var deadLetterExchange: ExchangeName?
    /// `x-dead-letter-routing-key`.
    var deadLetterKey: String?

    /// - Throws: 406 for an argument that is wrong, 540 for one that is not supported yet.
    init(
        _ declaration: QueueDeclaration, named name: QueueName, owner: ConnectionID?
    ) throws(Fault) {
        let arguments = declaration.arguments
        try QueueArguments(arguments, of: Fault.resource(name)).check()
        self.isDurable = declaration.isDurable && owner == nil
        self.isAutoDelete = declaration.isAutoDelete
        self.owner = owner
        self.arguments = arguments
        self.ttlMicroseconds = arguments["x-message-ttl"]?.integer.map { $0 * 1_000 }
        self.expiresMicroseconds = arguments["x-expires"]?.integer.map { $0 * 1_000 }
        self.lengthMax = arguments["x-max-length"]?.integer.map { Int($0) }
        self.bytesMax = arguments["x-max-length-bytes"]?.integer.map { UInt64($0) }
        self.deadLetterExchange = arguments["x-dead-letter-exchange"]
            .map { ExchangeName($0.shown) }
        self.deadLetterKey = arguments["x-dead-letter-routing-key"]?.shown
    }

    /// Checks that a second declaration means the same queue.
    ///
    /// - Throws: 405 when the other one is another connection's, 406 when they differ.
    func checkEquivalence(
        _ declaration: QueueDeclaration, named name: QueueName, owner: ConnectionID?
    ) throws(Fault) {
        guard self.owner == owner else { throw .locked(name) }
        let resource = Fault.resource(name)
        try Self.check(
            "durable", for: resource, received: declaration.isDurable && owner == nil,
            current: self.isDurable)
        try Self.check(
            "auto_delete", for: resource, received: declaration.isAutoDelete,
            current: self.isAutoDelete)
        for key in QueueArguments.understood {
            try Self.check(
                key, for: resource, received: declaration.arguments[key],
                current: self.arguments[key])
        }
    }

    static func check(
        _ field: String, for resource: String, received: Bool, current: Bool
    ) throws(Fault) {
        guard received != current else { return }
        throw .inequivalent(
            field, for: resource, received: "'\(received)'", current: "'\(current)'")
    }

    private static func check(
        _ key: String, for resource: String, received: FieldValue?, current: FieldValue?
    ) throws(Fault) {
        switch (received, current) {
        case (nil, nil): return
        case (let received?, let current?):
            guard !received.isEquivalent(to: current) else { return }
            throw .inequivalent(
                key, for: resource, received: "'\(received.shown)'",
                current: "'\(current.shown)'")
        case (let value?, nil), (nil, let value?):
            // A classic queue may say so or not.
            guard key != "x-queue-type" || value != .string("classic") else { return }
            let shown = "the value '\(value.shown)' of type '\(value.typeName)'"
            throw .inequivalent(
                key, for: resource, received: received == nil ? "none" : shown,
                current: current == nil ? "none" : shown)
        }
    }
}
