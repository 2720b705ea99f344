import BrokerLink
import Messaging
import RabbitMQLink
import Testing

@Suite("Names of messages that have none")
struct GlanceTests {
    @Test("They stay while heads leave, middles leave and tails grow")
    func stay() {
        var glance = Glance()
        #expect(glance.names("abcd") == [1, 2, 3, 4])
        #expect(glance.names("bcde") == [2, 3, 4, 5])
        #expect(glance.names("bde") == [2, 4, 5])
        #expect(glance.names("") == [])
        #expect(glance.names("b") == [6], "numbers are never given twice")
    }

    @Test("All get new ones when something stands before a known message")
    func renamed() {
        var glance = Glance()
        #expect(glance.names("abc") == [1, 2, 3])
        #expect(glance.names("xbc") == [4, 5, 6])
    }

    @Test("A look at a part keeps the names of the rest")
    func part() {
        var glance = Glance()
        #expect(glance.names("abcd") == [1, 2, 3, 4])
        #expect(glance.names("ab", isWhole: false) == [1, 2])
        #expect(glance.names("abcd") == [1, 2, 3, 4])
        #expect(glance.names("ax", isWhole: false) == [5, 6])
    }

    @Test("Messages that are alike are named in order")
    func alike() {
        var glance = Glance()
        #expect(glance.names("aab") == [1, 2, 3])
        #expect(glance.names("aab") == [1, 2, 3])
    }

    @Test("They are recognised behind a head that left and before a tail that grew")
    func recognised() {
        var glance = Glance()
        _ = glance.names("abcd")
        #expect(glance.recognised("cdx") == [3, 4, nil])
        #expect(glance.recognised("xab", isWhole: false) == [nil, 1, 2])
    }

    @Test("Of messages that are alike, none is recognised once one is missing")
    func doubtful() {
        var glance = Glance()
        _ = glance.names("aab")
        #expect(glance.recognised("ab") == [nil, 3])
        #expect(glance.recognised("aab") == [1, 2, 3])
        #expect(glance.recognised("a") == [nil])
    }

    @Test("How far to look covers all messages that are like the chosen ones")
    func extent() {
        var glance = Glance()
        _ = glance.names("abcad")
        #expect(glance.extent(of: [glance.id(2)]) == 2)
        #expect(glance.extent(of: [glance.id(1)]) == 4)
        #expect(glance.extent(of: [MessageID(Position(99))]) == 0)
        #expect(glance.count(through: glance.id(3)) == 3)
        #expect(glance.count(through: MessageID(Position(0))) == 0)
    }

    @Test("What a broker writes at a delivery does not make another message")
    func fingerprint() {
        var properties = MessageProperties()
        let plain = Message(exchange: "e", routingKey: "k", properties: properties, body: [1])
        properties.headers = ["x-delivery-count": .int64(3)]
        let counted = Message(exchange: "e", routingKey: "k", properties: properties, body: [1])
        #expect(Fingerprint(plain) == Fingerprint(counted))
        for other in [
            Message(exchange: "e", routingKey: "k", body: [2]),
            Message(exchange: "e", routingKey: "l", body: [1]),
            Message(exchange: "f", routingKey: "k", body: [1]),
        ] {
            #expect(Fingerprint(plain) != Fingerprint(other))
        }
    }
}

extension Glance {
    /// A queue in which each letter is a message.
    private static func prints(_ letters: String) -> [Fingerprint] {
        letters.utf8.map { Fingerprint(Message(exchange: "", routingKey: "", body: [$0])) }
    }

    fileprivate mutating func names(_ letters: String, isWhole: Bool = true) -> [UInt64] {
        self.look(Self.prints(letters), isWhole: isWhole).map(\.position.offset)
    }

    fileprivate func recognised(_ letters: String, isWhole: Bool = true) -> [UInt64?] {
        self.recognise(Self.prints(letters), isWhole: isWhole).map { $0?.position.offset }
    }

    fileprivate func id(_ number: UInt64) -> MessageID { MessageID(Position(number)) }
}
