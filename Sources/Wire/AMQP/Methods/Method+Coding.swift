import Messaging

extension Method {
    /// Decodes a method frame's payload: class and method ids, then the arguments.
    ///
    /// - Returns: Nil when no class or method has these ids.
    /// - Throws: ``CodecError`` when the arguments do not fit the method.
    package init?(decoding payload: UnsafeRawBufferPointer) throws(CodecError) {
        var reader = ByteReader(payload)
        let classNumber = try reader.readUInt16()
        let number = try reader.readUInt16()
        guard let classID = ClassID(rawValue: classNumber),
            let method = try Self.decode(classID, number, from: &reader)
        else { return nil }
        try reader.finish()
        self = method
    }

    private static func decode(
        _ classID: ClassID, _ number: UInt16, from reader: inout ByteReader
    ) throws(CodecError) -> Method? {
        switch classID {
        case .connection:
            if let method = try ConnectionMethod(number, from: &reader) {
                return .connection(method)
            }
        case .channel:
            if let method = try ChannelMethod(number, from: &reader) { return .channel(method) }
        case .exchange:
            if let method = try ExchangeMethod(number, from: &reader) { return .exchange(method) }
        case .queue:
            if let method = try QueueMethod(number, from: &reader) { return .queue(method) }
        case .basic:
            if let method = try BasicMethod(number, from: &reader) { return .basic(method) }
        case .confirm:
            if let method = try ConfirmMethod(number, from: &reader) { return .confirm(method) }
        case .tx:
            if let method = TxMethod(number) { return .tx(method) }
        }
        return nil
    }

    /// Appends class and method ids and the arguments: a method frame's payload.
    package func encode(into writer: inout ByteWriter) {
        writer.writeUInt16(self.id.classID)
        writer.writeUInt16(self.id.methodID)
        switch self {
        case .connection(let method): method.encodeArguments(into: &writer)
        case .channel(let method): method.encodeArguments(into: &writer)
        case .exchange(let method): method.encodeArguments(into: &writer)
        case .queue(let method): method.encodeArguments(into: &writer)
        case .basic(let method): method.encodeArguments(into: &writer)
        case .confirm(let method): method.encodeArguments(into: &writer)
        case .tx: break
        }
    }
}
