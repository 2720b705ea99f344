import Messaging

/// The methods of class `queue` (AMQP 0-9-1, 1.3.4).
///
/// An empty queue name means the queue that the channel declared last.
package enum QueueMethod: Hashable, Sendable {
    case declare(Declare)
    case declareOK(queue: QueueName, messageCount: UInt32, consumerCount: UInt32)
    case bind(Binding)
    case bindOK
    case unbind(Binding)
    case unbindOK
    case purge(queue: QueueName, noWait: Bool)
    case purgeOK(messageCount: UInt32)
    case delete(Delete)
    case deleteOK(messageCount: UInt32)

    /// The queue that shall exist; an empty name asks the server for one.
    package struct Declare: Hashable, Sendable {
        package var queue: QueueName
        package var isPassive = false
        package var isDurable = false
        package var isExclusive = false
        package var isAutoDelete = false
        package var noWait = false
        package var arguments = FieldTable()

        package init(queue: QueueName) { self.queue = queue }
    }

    /// A binding of a queue to an exchange. `queue.unbind` has no `no-wait`; it is ignored there.
    package struct Binding: Hashable, Sendable {
        package var queue: QueueName
        package var exchange: ExchangeName
        package var routingKey: String
        package var noWait = false
        package var arguments = FieldTable()

        package init(queue: QueueName, exchange: ExchangeName, routingKey: String) {
            self.queue = queue
            self.exchange = exchange
            self.routingKey = routingKey
        }
    }

    /// The queue that shall go.
    package struct Delete: Hashable, Sendable {
        package var queue: QueueName
        package var ifUnused = false
        package var ifEmpty = false
        package var noWait = false

        package init(queue: QueueName) { self.queue = queue }
    }
}

extension QueueMethod {
    /// The method's id within its class.
    var number: UInt16 {
        switch self {
        case .declare: 10
        case .declareOK: 11
        case .bind: 20
        case .bindOK: 21
        case .purge: 30
        case .purgeOK: 31
        case .delete: 40
        case .deleteOK: 41
        case .unbind: 50
        case .unbindOK: 51
        }
    }

    /// Decodes the arguments of the method with that id; nil when the class has none such.
    init?(_ number: UInt16, from reader: inout ByteReader) throws(CodecError) {
        switch number {
        case 10: self = .declare(try Declare(from: &reader))
        case 11:
            self = .declareOK(
                queue: QueueName(try reader.readShortString()),
                messageCount: try reader.readUInt32(), consumerCount: try reader.readUInt32())
        case 20: self = .bind(try Binding(from: &reader, hasNoWait: true))
        case 21: self = .bindOK
        case 30:
            _ = try reader.readUInt16()  // ticket, reserved
            self = .purge(
                queue: QueueName(try reader.readShortString()),
                noWait: try reader.readBits().contains(0))
        case 31: self = .purgeOK(messageCount: try reader.readUInt32())
        case 40: self = .delete(try Delete(from: &reader))
        case 41: self = .deleteOK(messageCount: try reader.readUInt32())
        case 50: self = .unbind(try Binding(from: &reader, hasNoWait: false))
        case 51: self = .unbindOK
        default: return nil
        }
    }

    func encodeArguments(into writer: inout ByteWriter) {
        switch self {
        case .declare(let declare): declare.encode(into: &writer)
        case .declareOK(let queue, let messageCount, let consumerCount):
            writer.writeShortString(queue.text)
            writer.writeUInt32(messageCount)
            writer.writeUInt32(consumerCount)
        case .bind(let binding): binding.encode(into: &writer, hasNoWait: true)
        case .unbind(let binding): binding.encode(into: &writer, hasNoWait: false)
        case .purge(let queue, let noWait):
            writer.writeUInt16(0)  // ticket, reserved
            writer.writeShortString(queue.text)
            writer.writeBits(noWait)
        case .delete(let delete): delete.encode(into: &writer)
        case .purgeOK(let messageCount), .deleteOK(let messageCount):
            writer.writeUInt32(messageCount)
        case .bindOK, .unbindOK: break
        }
    }
}

extension QueueMethod.Declare {
    fileprivate init(from reader: inout ByteReader) throws(CodecError) {
        _ = try reader.readUInt16()  // ticket, reserved
        self.init(queue: QueueName(try reader.readShortString()))
        let bits = try reader.readBits()
        self.isPassive = bits.contains(0)
        self.isDurable = bits.contains(1)
        self.isExclusive = bits.contains(2)
        self.isAutoDelete = bits.contains(3)
        self.noWait = bits.contains(4)
        self.arguments = try reader.readTable()
    }

    fileprivate func encode(into writer: inout ByteWriter) {
        writer.writeUInt16(0)  // ticket, reserved
        writer.writeShortString(self.queue.text)
        writer.writeBits(
            self.isPassive, self.isDurable, self.isExclusive, self.isAutoDelete, self.noWait)
        writer.writeTable(self.arguments)
    }
}

extension QueueMethod.Binding {
    fileprivate init(from reader: inout ByteReader, hasNoWait: Bool) throws(CodecError) {
        _ = try reader.readUInt16()  // ticket, reserved
        self.init(
            queue: QueueName(try reader.readShortString()),
            exchange: ExchangeName(try reader.readShortString()),
            routingKey: try reader.readShortString())
        if hasNoWait { self.noWait = try reader.readBits().contains(0) }
        self.arguments = try reader.readTable()
    }

    fileprivate func encode(into writer: inout ByteWriter, hasNoWait: Bool) {
        writer.writeUInt16(0)  // ticket, reserved
        writer.writeShortString(self.queue.text)
        writer.writeShortString(self.exchange.text)
        writer.writeShortString(self.routingKey)
        if hasNoWait { writer.writeBits(self.noWait) }
        writer.writeTable(self.arguments)
    }
}

extension QueueMethod.Delete {
    fileprivate init(from reader: inout ByteReader) throws(CodecError) {
        _ = try reader.readUInt16()  // ticket, reserved
        self.init(queue: QueueName(try reader.readShortString()))
        let bits = try reader.readBits()
        self.ifUnused = bits.contains(0)
        self.ifEmpty = bits.contains(1)
        self.noWait = bits.contains(2)
    }

    fileprivate func encode(into writer: inout ByteWriter) {
        writer.writeUInt16(0)  // ticket, reserved
        writer.writeShortString(self.queue.text)
        writer.writeBits(self.ifUnused, self.ifEmpty, self.noWait)
    }
}
