import Messaging

/// Why a channel or connection was closed, as `connection.close` and `channel.close` carry it.
package struct CloseReason: Hashable, Sendable {
    /// The reply code as sent: a peer may send one that ``ReplyCode`` does not name.
    package var code: UInt16
    package var text: String
    /// The method that the closing side could not accept; ``MethodID/none`` when none was.
    package var method: MethodID

    package init(code: UInt16, text: String, method: MethodID = .none) {
        self.code = code
        self.text = text
        self.method = method
    }

    /// An error in RabbitMQ's wording: the code's name, " - ", and the explanation, which loses
    /// its end to "..." where a reply text would be too long.
    package init(_ code: ReplyCode, _ explanation: String, method: MethodID = .none) {
        var text = "\(code.name) - \(explanation)"
        if text.utf8.count > Limits.nameBytesMax {
            text = text.prefix(utf8Bytes: Limits.nameBytesMax - 3) + "..."
        }
        self.init(code: code.rawValue, text: text, method: method)
    }

    /// An ordinary end, as RabbitMQ's clients word it.
    package static let normal = CloseReason(code: ReplyCode.success.rawValue, text: "Goodbye")
}

extension CloseReason {
    init(from reader: inout ByteReader) throws(CodecError) {
        self.init(
            code: try reader.readUInt16(), text: try reader.readShortString(),
            method: MethodID(try reader.readUInt16(), try reader.readUInt16()))
    }

    func encode(into writer: inout ByteWriter) {
        writer.writeUInt16(self.code)
        writer.writeShortString(self.text)
        writer.writeUInt16(self.method.classID)
        writer.writeUInt16(self.method.methodID)
    }
}
