import Messaging
import PlainJSON

/// Any value, for arguments and parameters: their types are whatever their writer chose.
extension JSON: Decodable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .text(value)
        } else if let value = try? container.decode([JSON].self) {
            self = .array(value)
        } else {
            // By name, because the decoder has lost their order.
            let members = try container.decode([String: JSON].self).sorted { $0.key < $1.key }
            self = .object(members.map { Member($0.key, $0.value) })
        }
    }
}

/// An object of arguments.
struct Arguments: Decodable {
    var table: FieldTable

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let table = try container.decode(JSON.self).fieldTable else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "an object is expected")
        }
        self.table = table
    }
}
