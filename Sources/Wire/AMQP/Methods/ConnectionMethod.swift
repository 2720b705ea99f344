import Messaging

/// The methods of class `connection`, which live on channel 0 (AMQP 0-9-1, 1.3.1).
package enum ConnectionMethod: Hashable, Sendable {
    case start(Start)
    case startOK(StartOK)
    case secure(challenge: [UInt8])
    case secureOK(response: [UInt8])
    case tune(Tuning)
    case tuneOK(Tuning)
    case open(virtualHost: String)
    case openOK
    case close(CloseReason)
    case closeOK
    case blocked(reason: String)
    case unblocked
    case updateSecret(newSecret: [UInt8], reason: String)
    case updateSecretOK

    /// What a server says of itself first.
    package struct Start: Hashable, Sendable {
        package var versionMajor: UInt8 = 0
        package var versionMinor: UInt8 = 9
        package var serverProperties: FieldTable
        /// Names of authentication mechanisms, separated by spaces.
        package var mechanisms: [UInt8]
        package var locales: [UInt8]

        package init(serverProperties: FieldTable, mechanisms: [UInt8], locales: [UInt8]) {
            self.serverProperties = serverProperties
            self.mechanisms = mechanisms
            self.locales = locales
        }
    }

    /// The client's answer: who it is and how it proves that.
    package struct StartOK: Hashable, Sendable {
        package var clientProperties: FieldTable
        package var mechanism: String
        package var response: [UInt8]
        package var locale: String

        package init(
            clientProperties: FieldTable, mechanism: String, response: [UInt8], locale: String
        ) {
            self.clientProperties = clientProperties
            self.mechanism = mechanism
            self.response = response
            self.locale = locale
        }
    }
}

/// The values that `connection.tune` offers and `tune-ok` settles; zero means no limit.
package struct Tuning: Hashable, Sendable {
    package var channelsMax: UInt16
    package var frameBytesMax: UInt32
    package var heartbeatSeconds: UInt16

    package init(channelsMax: UInt16, frameBytesMax: UInt32, heartbeatSeconds: UInt16) {
        self.channelsMax = channelsMax
        self.frameBytesMax = frameBytesMax
        self.heartbeatSeconds = heartbeatSeconds
    }
}

extension ConnectionMethod {
    /// The method's id within its class.
    var number: UInt16 {
        switch self {
        case .start: 10
        case .startOK: 11
        case .secure: 20
        case .secureOK: 21
        case .tune: 30
        case .tuneOK: 31
        case .open: 40
        case .openOK: 41
        case .close: 50
        case .closeOK: 51
        case .blocked: 60
        case .unblocked: 61
        case .updateSecret: 70
        case .updateSecretOK: 71
        }
    }

    /// Decodes the arguments of the method with that id; nil when the class has none such.
    init?(_ number: UInt16, from reader: inout ByteReader) throws(CodecError) {
        switch number {
        case 10:
            let (major, minor) = (try reader.readUInt8(), try reader.readUInt8())
            var start = Start(
                serverProperties: try reader.readTable(), mechanisms: try reader.readLongBytes(),
                locales: try reader.readLongBytes())
            (start.versionMajor, start.versionMinor) = (major, minor)
            self = .start(start)
        case 11:
            self = .startOK(
                StartOK(
                    clientProperties: try reader.readTable(),
                    mechanism: try reader.readShortString(),
                    response: try reader.readLongBytes(), locale: try reader.readShortString()))
        case 20: self = .secure(challenge: try reader.readLongBytes())
        case 21: self = .secureOK(response: try reader.readLongBytes())
        case 30: self = .tune(try Tuning(from: &reader))
        case 31: self = .tuneOK(try Tuning(from: &reader))
        case 40:
            self = .open(virtualHost: try reader.readShortString())
            _ = try reader.readShortBytes()  // capabilities, reserved
            _ = try reader.readUInt8()  // insist, reserved
        case 41:
            self = .openOK
            _ = try reader.readShortBytes()  // known hosts, reserved
        case 50: self = .close(try CloseReason(from: &reader))
        case 51: self = .closeOK
        case 60: self = .blocked(reason: try reader.readShortString())
        case 61: self = .unblocked
        case 70:
            self = .updateSecret(
                newSecret: try reader.readLongBytes(), reason: try reader.readShortString())
        case 71: self = .updateSecretOK
        default: return nil
        }
    }

    func encodeArguments(into writer: inout ByteWriter) {
        switch self {
        case .start(let start):
            writer.writeUInt8(start.versionMajor)
            writer.writeUInt8(start.versionMinor)
            writer.writeTable(start.serverProperties)
            writer.writeLongBytes(start.mechanisms)
            writer.writeLongBytes(start.locales)
        case .startOK(let startOK):
            writer.writeTable(startOK.clientProperties)
            writer.writeShortString(startOK.mechanism)
            writer.writeLongBytes(startOK.response)
            writer.writeShortString(startOK.locale)
        case .secure(let bytes), .secureOK(let bytes): writer.writeLongBytes(bytes)
        case .tune(let tuning), .tuneOK(let tuning): tuning.encode(into: &writer)
        case .open(let virtualHost):
            writer.writeShortString(virtualHost)
            writer.writeShortString("")  // capabilities, reserved
            writer.writeUInt8(0)  // insist, reserved
        case .openOK: writer.writeShortString("")  // known hosts, reserved
        case .close(let reason): reason.encode(into: &writer)
        case .blocked(let reason): writer.writeShortString(reason)
        case .updateSecret(let newSecret, let reason):
            writer.writeLongBytes(newSecret)
            writer.writeShortString(reason)
        case .closeOK, .unblocked, .updateSecretOK: break
        }
    }
}

extension Tuning {
    fileprivate init(from reader: inout ByteReader) throws(CodecError) {
        self.init(
            channelsMax: try reader.readUInt16(), frameBytesMax: try reader.readUInt32(),
            heartbeatSeconds: try reader.readUInt16())
    }

    fileprivate func encode(into writer: inout ByteWriter) {
        writer.writeUInt16(self.channelsMax)
        writer.writeUInt32(self.frameBytesMax)
        writer.writeUInt16(self.heartbeatSeconds)
    }
}
