import Messaging

extension BasicMethod {
    /// The method's id within its class.
    var number: UInt16 {
        switch self {
        case .qos: 10
        case .qosOK: 11
        case .consume: 20
        case .consumeOK: 21
        case .cancel: 30
        case .cancelOK: 31
        case .publish: 40
        case .returned: 50
        case .deliver: 60
        case .get: 70
        case .getOK: 71
        case .getEmpty: 72
        case .ack: 80
        case .reject: 90
        case .recoverAsync: 100
        case .recover: 110
        case .recoverOK: 111
        case .nack: 120
        }
    }

    /// Decodes the arguments of the method with that id; nil when the class has none such.
    init?(_ number: UInt16, from reader: inout ByteReader) throws(CodecError) {
        switch number {
        case 10:
            self = .qos(
                prefetchBytes: try reader.readUInt32(), prefetchCount: try reader.readUInt16(),
                isGlobal: try reader.readBits().contains(0))
        case 11: self = .qosOK
        case 20: self = .consume(try Consume(from: &reader))
        case 21: self = .consumeOK(consumerTag: ConsumerTag(try reader.readShortString()))
        case 30:
            self = .cancel(
                consumerTag: ConsumerTag(try reader.readShortString()),
                noWait: try reader.readBits().contains(0))
        case 31: self = .cancelOK(consumerTag: ConsumerTag(try reader.readShortString()))
        case 70:
            _ = try reader.readUInt16()  // ticket, reserved
            self = .get(
                queue: QueueName(try reader.readShortString()),
                noAck: try reader.readBits().contains(0))
        case 72:
            self = .getEmpty
            _ = try reader.readShortBytes()  // cluster id, reserved
        case 40, 50, 60, 71: try self.init(content: number, from: &reader)
        case 80, 90, 100, 110, 111, 120: try self.init(settling: number, from: &reader)
        default: return nil
        }
    }

    /// The methods that content follows.
    private init?(content number: UInt16, from reader: inout ByteReader) throws(CodecError) {
        switch number {
        case 40: self = .publish(try Publish(from: &reader))
        case 50:
            self = .returned(
                Return(
                    code: try reader.readUInt16(), text: try reader.readShortString(),
                    exchange: ExchangeName(try reader.readShortString()),
                    routingKey: try reader.readShortString()))
        case 60:
            self = .deliver(
                Deliver(
                    consumerTag: ConsumerTag(try reader.readShortString()),
                    deliveryTag: DeliveryTag(try reader.readUInt64()),
                    isRedelivered: try reader.readBits().contains(0),
                    exchange: ExchangeName(try reader.readShortString()),
                    routingKey: try reader.readShortString()))
        case 71:
            self = .getOK(
                GetOK(
                    deliveryTag: DeliveryTag(try reader.readUInt64()),
                    isRedelivered: try reader.readBits().contains(0),
                    exchange: ExchangeName(try reader.readShortString()),
                    routingKey: try reader.readShortString(),
                    messageCount: try reader.readUInt32()))
        default: return nil
        }
    }

    /// The methods that settle or return deliveries.
    private init?(settling number: UInt16, from reader: inout ByteReader) throws(CodecError) {
        switch number {
        case 80:
            self = .ack(
                deliveryTag: DeliveryTag(try reader.readUInt64()),
                multiple: try reader.readBits().contains(0))
        case 90:
            self = .reject(
                deliveryTag: DeliveryTag(try reader.readUInt64()),
                requeue: try reader.readBits().contains(0))
        case 100: self = .recoverAsync(requeue: try reader.readBits().contains(0))
        case 110: self = .recover(requeue: try reader.readBits().contains(0))
        case 111: self = .recoverOK
        case 120:
            let deliveryTag = DeliveryTag(try reader.readUInt64())
            let bits = try reader.readBits()
            self = .nack(
                deliveryTag: deliveryTag, multiple: bits.contains(0), requeue: bits.contains(1))
        default: return nil
        }
    }

    func encodeArguments(into writer: inout ByteWriter) {
        switch self {
        case .qos(let prefetchBytes, let prefetchCount, let isGlobal):
            writer.writeUInt32(prefetchBytes)
            writer.writeUInt16(prefetchCount)
            writer.writeBits(isGlobal)
        case .consume(let consume): consume.encode(into: &writer)
        case .consumeOK(let tag), .cancelOK(let tag): writer.writeShortString(tag.text)
        case .cancel(let tag, let noWait):
            writer.writeShortString(tag.text)
            writer.writeBits(noWait)
        case .publish(let publish): publish.encode(into: &writer)
        case .returned(let returned): returned.encode(into: &writer)
        case .deliver(let deliver): deliver.encode(into: &writer)
        case .get(let queue, let noAck):
            writer.writeUInt16(0)  // ticket, reserved
            writer.writeShortString(queue.text)
            writer.writeBits(noAck)
        case .getOK(let getOK): getOK.encode(into: &writer)
        case .getEmpty: writer.writeShortString("")  // cluster id, reserved
        case .ack(let deliveryTag, let flag), .reject(let deliveryTag, let flag):
            writer.writeUInt64(deliveryTag.number)
            writer.writeBits(flag)
        case .recoverAsync(let requeue), .recover(let requeue): writer.writeBits(requeue)
        case .nack(let deliveryTag, let multiple, let requeue):
            writer.writeUInt64(deliveryTag.number)
            writer.writeBits(multiple, requeue)
        case .qosOK, .recoverOK: break
        }
    }
}

extension BasicMethod.Consume {
    fileprivate init(from reader: inout ByteReader) throws(CodecError) {
        _ = try reader.readUInt16()  // ticket, reserved
        self.init(
            queue: QueueName(try reader.readShortString()),
            consumerTag: ConsumerTag(try reader.readShortString()))
        let bits = try reader.readBits()
        self.noLocal = bits.contains(0)
        self.noAck = bits.contains(1)
        self.isExclusive = bits.contains(2)
        self.noWait = bits.contains(3)
        self.arguments = try reader.readTable()
    }

    fileprivate func encode(into writer: inout ByteWriter) {
        writer.writeUInt16(0)  // ticket, reserved
        writer.writeShortString(self.queue.text)
        writer.writeShortString(self.consumerTag.text)
        writer.writeBits(self.noLocal, self.noAck, self.isExclusive, self.noWait)
        writer.writeTable(self.arguments)
    }
}

extension BasicMethod.Publish {
    fileprivate init(from reader: inout ByteReader) throws(CodecError) {
        _ = try reader.readUInt16()  // ticket, reserved
        self.init(
            exchange: ExchangeName(try reader.readShortString()),
            routingKey: try reader.readShortString())
        let bits = try reader.readBits()
        self.isMandatory = bits.contains(0)
        self.isImmediate = bits.contains(1)
    }

    fileprivate func encode(into writer: inout ByteWriter) {
        writer.writeUInt16(0)  // ticket, reserved
        writer.writeShortString(self.exchange.text)
        writer.writeShortString(self.routingKey)
        writer.writeBits(self.isMandatory, self.isImmediate)
    }
}

extension BasicMethod.Return {
    fileprivate func encode(into writer: inout ByteWriter) {
        writer.writeUInt16(self.code)
        writer.writeShortString(self.text)
        writer.writeShortString(self.exchange.text)
        writer.writeShortString(self.routingKey)
    }
}

extension BasicMethod.Deliver {
    fileprivate func encode(into writer: inout ByteWriter) {
        writer.writeShortString(self.consumerTag.text)
        writer.writeUInt64(self.deliveryTag.number)
        writer.writeBits(self.isRedelivered)
        writer.writeShortString(self.exchange.text)
        writer.writeShortString(self.routingKey)
    }
}

extension BasicMethod.GetOK {
    fileprivate func encode(into writer: inout ByteWriter) {
        writer.writeUInt64(self.deliveryTag.number)
        writer.writeBits(self.isRedelivered)
        writer.writeShortString(self.exchange.text)
        writer.writeShortString(self.routingKey)
        writer.writeUInt32(self.messageCount)
    }
}
