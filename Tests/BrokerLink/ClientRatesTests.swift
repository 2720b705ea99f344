import BrokerLink
import Messaging
import TestSupport
import Testing

/// What a connection publishes and gets each second, from one roster to the next.
struct ClientRatesTests {
    private static let id = ConnectionID(7)

    private static func roster(
        second: Int64, published: Measured<UInt64>, delivered: Measured<UInt64>
    ) -> ClientRoster {
        ClientRoster(
            at: .testStart.adding(seconds: second),
            connections: [
                ClientConnection(
                    id: id, origin: "c", published: published, delivered: delivered)
            ])
    }

    private static func isUnknown(_ rates: ClientRates) -> Bool {
        rates[id].publishedPerSecond == nil && rates[id].deliveredPerSecond == nil
    }

    @Test("Two rosters make a rate, and an unknown total makes none")
    func rates() {
        var rates = ClientRates()
        rates.append(Self.roster(second: 0, published: .exact(10), delivered: .exact(5)))
        #expect(Self.isUnknown(rates))
        rates.append(
            Self.roster(
                second: 2, published: .unavailable(because: "not counted"), delivered: .exact(25)))
        #expect(rates[Self.id].deliveredPerSecond == 10)
        #expect(rates[Self.id].publishedPerSecond == nil)
    }

    @Test("A total that began anew makes no rate until the next roster")
    func beganAnew() {
        var rates = ClientRates()
        for (second, total) in [(0, 100), (1, 200), (2, 30), (3, 50)] as [(Int64, UInt64)] {
            rates.append(
                Self.roster(second: second, published: .exact(total), delivered: .exact(0)))
            if second == 2 { #expect(rates[Self.id].publishedPerSecond == nil) }
        }
        #expect(rates[Self.id].publishedPerSecond == 20)
    }

    @Test("A roster of the same moment changes nothing; one that lacks a connection forgets it")
    func sameMoment() {
        var rates = ClientRates()
        rates.append(Self.roster(second: 0, published: .exact(0), delivered: .exact(0)))
        rates.append(Self.roster(second: 1, published: .exact(50), delivered: .exact(0)))
        let before = rates
        rates.append(Self.roster(second: 1, published: .exact(90), delivered: .exact(0)))
        #expect(rates == before)
        rates.append(ClientRoster(at: .testStart.adding(seconds: 2)))
        #expect(Self.isUnknown(rates))
    }

    @Test("A connection is called by its name, else by its product")
    func names() {
        func name(_ properties: FieldTable) -> String {
            ClientConnection(id: Self.id, origin: "c", properties: properties).name
        }
        let product: FieldTable = ["product": .string("Pika"), "version": .string("1.3")]
        #expect(name([:]) == "")
        #expect(name(product) == "Pika 1.3")
        #expect(name(["connection_name": .string("clerk")]) == "clerk")
        #expect(name(["connection_name": .string(""), "product": .string("Pika")]) == "Pika")
        #expect(name(["connection_name": .int32(1)]) == "")
    }
}
