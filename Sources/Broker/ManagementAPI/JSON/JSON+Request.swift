import PlainJSON

extension JSON {
    /// Arrays and objects within one another that a request may have.
    package static let requestDepthMax = 64
    /// Bytes of a member's name, as AMQP's tables have them.
    package static let requestNameBytesMax = 255

    /// What a client sent.
    ///
    /// Nothing that it sends fails otherwise than by nil: what is nested too deeply, is no UTF-8 or
    /// goes on behind its end is no JSON.
    package init?(request bytes: [UInt8]) {
        do throws(JSONError) {
            self = try JSON(
                parsing: bytes, depthMax: Self.requestDepthMax,
                nameBytesMax: Self.requestNameBytesMax)
        } catch {
            return nil
        }
    }

    /// The value as text, such as `{"a":1}`.
    package var bytes: [UInt8] {
        var writer = JSONWriter()
        writer.json(self)
        return writer.bytes
    }
}

extension JSONWriter {
    /// Any value.
    mutating func json(_ value: JSON) {
        switch value {
        case .null: self.null()
        case .bool(let value): self.bool(value)
        case .integer(let value): self.integer(value)
        case .number(let value): self.double(value)
        case .text(let text): self.string(text)
        case .array(let elements):
            self.array { json in for element in elements { json.json(element) } }
        case .object(let members):
            self.object { json in
                for member in members {
                    json.key(named: member.name)
                    json.json(member.value)
                }
            }
        }
    }
}
