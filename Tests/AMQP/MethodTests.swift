import AMQP
import Messaging
import Testing

@Suite("Methods on the wire")
struct MethodTests {
    private static func encoded(_ method: Method) -> [UInt8] {
        var writer = ByteWriter()
        method.encode(into: &writer)
        return writer.bytes
    }

    private static func decode(_ bytes: [UInt8]) throws -> Method? {
        try bytes.withUnsafeBytes { try Method(decoding: $0) }
    }

    @Test("The samples are all 64 methods of AMQP 0-9-1 and RabbitMQ's extensions")
    func samplesAreComplete() {
        #expect(MethodSamples.all.count == 64)
        #expect(Set(MethodSamples.all.map(\.id)).count == 64)
        // Nothing else decodes: every other pair of ids is unknown.
        var known = 0
        for classID in UInt16(0)...100 {
            for methodID in UInt16(0)...130 {
                // More zeros than any method has arguments: what is known fails on the rest.
                let bytes =
                    WireBytes.integer(classID) + WireBytes.integer(methodID)
                    + [UInt8](repeating: 0, count: 64)
                do {
                    #expect(try Self.decode(bytes) == nil)
                } catch {
                    known += 1
                }
            }
        }
        #expect(known == 64)
    }

    @Test("Every method comes back as it was, with its ids", arguments: MethodSamples.all)
    func roundTrip(id: MethodID, method: Method) throws {
        let bytes = Self.encoded(method)
        #expect(method.id == id)
        #expect(
            bytes.starts(with: WireBytes.integer(id.classID) + WireBytes.integer(id.methodID)))
        #expect(try Self.decode(bytes) == method)
    }

    @Test("A method that is cut off or too long is refused", arguments: MethodSamples.all)
    func cutOff(id: MethodID, method: Method) {
        let bytes = Self.encoded(method)
        for count in 0..<bytes.count {
            #expect(throws: CodecError.self) { try Self.decode(Array(bytes[..<count])) }
        }
        #expect(throws: CodecError.trailingBytes) { try Self.decode(bytes + [0]) }
    }

    @Test("Flags are packed from the lowest bit")
    func flags() {
        var declare = QueueMethod.Declare(queue: "")
        declare.isDurable = true
        declare.noWait = true
        #expect(
            Self.encoded(.queue(.declare(declare)))
                == [0, 50, 0, 10, 0, 0, 0, 0b1_0010, 0, 0, 0, 0])
        let nack = BasicMethod.nack(deliveryTag: DeliveryTag(1), multiple: false, requeue: true)
        #expect(Self.encoded(.basic(nack)) == [0, 60, 0, 120, 0, 0, 0, 0, 0, 0, 0, 1, 0b10])
    }

    @Test("The tune of RabbitMQ 3.10.8 reads as it was recorded")
    func recordedTune() throws {
        let bytes: [UInt8] = [0, 10, 0, 30, 0x07, 0xFF, 0, 2, 0, 0, 0, 60]
        let tuning = Tuning(channelsMax: 2_047, frameBytesMax: 131_072, heartbeatSeconds: 60)
        #expect(try Self.decode(bytes) == .connection(.tune(tuning)))
    }
}
