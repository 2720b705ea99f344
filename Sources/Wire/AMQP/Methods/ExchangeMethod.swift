import Messaging

/// The methods of class `exchange`, with RabbitMQ's exchange-to-exchange bindings
/// (AMQP 0-9-1, 1.3.3).
package enum ExchangeMethod: Hashable, Sendable {
    case declare(Declare)
    case declareOK
    case delete(exchange: ExchangeName, ifUnused: Bool, noWait: Bool)
    case deleteOK
    case bind(Binding)
    case bindOK
    case unbind(Binding)
    case unbindOK

    /// The exchange that shall exist.
    package struct Declare: Hashable, Sendable {
        package var exchange: ExchangeName
        package var type: String
        package var isPassive = false
        package var isDurable = false
        package var isAutoDelete = false
        /// Clients may not publish to it, only other exchanges.
        package var isInternal = false
        package var noWait = false
        package var arguments = FieldTable()

        package init(exchange: ExchangeName, type: String) {
            self.exchange = exchange
            self.type = type
        }
    }

    /// A binding of one exchange to another.
    package struct Binding: Hashable, Sendable {
        package var destination: ExchangeName
        package var source: ExchangeName
        package var routingKey: String
        package var noWait = false
        package var arguments = FieldTable()

        package init(destination: ExchangeName, source: ExchangeName, routingKey: String) {
            self.destination = destination
            self.source = source
            self.routingKey = routingKey
        }
    }
}

extension ExchangeMethod {
    /// The method's id within its class.
    var number: UInt16 {
        switch self {
        case .declare: 10
        case .declareOK: 11
        case .delete: 20
        case .deleteOK: 21
        case .bind: 30
        case .bindOK: 31
        case .unbind: 40
        case .unbindOK: 51
        }
    }

    /// Decodes the arguments of the method with that id; nil when the class has none such.
    init?(_ number: UInt16, from reader: inout ByteReader) throws(CodecError) {
        switch number {
        case 10: self = .declare(try Declare(from: &reader))
        case 11: self = .declareOK
        case 20:
            _ = try reader.readUInt16()  // ticket, reserved
            let exchange = ExchangeName(try reader.readShortString())
            let bits = try reader.readBits()
            self = .delete(exchange: exchange, ifUnused: bits.contains(0), noWait: bits.contains(1))
        case 21: self = .deleteOK
        case 30: self = .bind(try Binding(from: &reader))
        case 31: self = .bindOK
        case 40: self = .unbind(try Binding(from: &reader))
        case 51: self = .unbindOK
        default: return nil
        }
    }

    func encodeArguments(into writer: inout ByteWriter) {
        switch self {
        case .declare(let declare): declare.encode(into: &writer)
        case .delete(let exchange, let ifUnused, let noWait):
            writer.writeUInt16(0)  // ticket, reserved
            writer.writeShortString(exchange.text)
            writer.writeBits(ifUnused, noWait)
        case .bind(let binding), .unbind(let binding): binding.encode(into: &writer)
        case .declareOK, .deleteOK, .bindOK, .unbindOK: break
        }
    }
}

extension ExchangeMethod.Declare {
    fileprivate init(from reader: inout ByteReader) throws(CodecError) {
        _ = try reader.readUInt16()  // ticket, reserved
        self.init(
            exchange: ExchangeName(try reader.readShortString()),
            type: try reader.readShortString())
        let bits = try reader.readBits()
        self.isPassive = bits.contains(0)
        self.isDurable = bits.contains(1)
        self.isAutoDelete = bits.contains(2)
        self.isInternal = bits.contains(3)
        self.noWait = bits.contains(4)
        self.arguments = try reader.readTable()
    }

    fileprivate func encode(into writer: inout ByteWriter) {
        writer.writeUInt16(0)  // ticket, reserved
        writer.writeShortString(self.exchange.text)
        writer.writeShortString(self.type)
        writer.writeBits(
            self.isPassive, self.isDurable, self.isAutoDelete, self.isInternal, self.noWait)
        writer.writeTable(self.arguments)
    }
}

extension ExchangeMethod.Binding {
    fileprivate init(from reader: inout ByteReader) throws(CodecError) {
        _ = try reader.readUInt16()  // ticket, reserved
        self.init(
            destination: ExchangeName(try reader.readShortString()),
            source: ExchangeName(try reader.readShortString()),
            routingKey: try reader.readShortString())
        self.noWait = try reader.readBits().contains(0)
        self.arguments = try reader.readTable()
    }

    fileprivate func encode(into writer: inout ByteWriter) {
        writer.writeUInt16(0)  // ticket, reserved
        writer.writeShortString(self.destination.text)
        writer.writeShortString(self.source.text)
        writer.writeShortString(self.routingKey)
        writer.writeBits(self.noWait)
        writer.writeTable(self.arguments)
    }
}
