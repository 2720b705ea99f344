import RabbitMQLink
import Testing

@Suite("Addresses of brokers")
struct LinkAddressTests {
    @Test("AMQP alone says everything, with the usual ports and login")
    func amqp() throws {
        let address = try LinkAddress(parsing: "amqp://broker.example")
        #expect(address.amqp == .init(host: "broker.example", port: 5_672, usesTLS: false))
        #expect(address.management == .init(host: "broker.example", port: 15_672, usesTLS: false))
        #expect(address.user == "guest")
        #expect(address.virtualHost == "/")
    }

    @Test("A password that the address has not comes from elsewhere, that of guest too")
    func passwords() throws {
        for url in ["amqp://guest@broker", "http://guest@broker", "amqp://broker"] {
            #expect(try LinkAddress(parsing: url).password == nil)
        }
        #expect(try LinkAddress(parsing: "amqp://guest:other@broker").password == "other")
        #expect(try LinkAddress(parsing: "amqp://guest:@broker").password == "")
        #expect(try LinkAddress(parsing: "amqp://ada@broker").password == nil)
    }

    @Test("So does HTTP, and TLS has ports of its own")
    func others() throws {
        let secure = try LinkAddress(parsing: "amqps://ada@broker/shop")
        #expect(secure.amqp == .init(host: "broker", port: 5_671, usesTLS: true))
        #expect(secure.management == .init(host: "broker", port: 15_671, usesTLS: true))
        #expect(secure.password == nil, "it has to come from elsewhere")
        #expect(secure.virtualHost == "shop")
        let http = try LinkAddress(parsing: "http://ada:pw@[::1]:8080/rabbit/")
        #expect(http.management == .init(host: "::1", port: 8_080, usesTLS: false))
        #expect(http.management.address == "[::1]:8080")
        #expect(http.managementPath == "/rabbit")
        #expect(http.amqp == .init(host: "::1", port: 5_672, usesTLS: false))
        #expect(http.virtualHost == "/")
    }

    @Test("The management API may be elsewhere")
    func management() throws {
        let address = try LinkAddress(
            parsing: "amqp://ada:pw@broker:1234", managementURL: "https://api.example/mq")
        #expect(address.amqp.port == 1_234)
        #expect(address.management == .init(host: "api.example", port: 15_671, usesTLS: true))
        #expect(address.managementPath == "/mq")
        #expect(throws: LinkAddressError.twoLogins(url: "http://x")) {
            try LinkAddress(parsing: "amqp://broker", managementURL: "http://bob@x")
        }
        #expect(throws: LinkAddressError.managementScheme(url: "amqp://x")) {
            try LinkAddress(parsing: "amqp://broker", managementURL: "amqp://x")
        }
    }

    @Test(
        "Escapes are decoded, and a password may have what a URL would escape",
        arguments: [
            ("amqp://ada:p%40ss@h/a%2Fb", "ada", "p@ss", "h", "a/b"),
            ("amqp://ada:p@ss@h", "ada", "p@ss", "h", "/"),
            ("amqp://ada:p/ss@h:1/v", "ada", "p/ss", "h", "v"),
            ("amqp://ada:p:s@h/v@1", "ada", "p:s", "h", "v@1"),
            ("amqp://guest:guest@h:5672/v@1", "guest", "guest", "h", "v@1"),
            ("amqp://a%20b:@h/%C3%BC", "a b", "", "h", "ü"),
        ])
    func escapes(
        url: String, user: String, password: String, host: String, virtualHost: String
    ) throws {
        let address = try LinkAddress(parsing: url)
        #expect(address.user == user)
        #expect(address.password == password)
        #expect(address.amqp.host == host)
        #expect(address.virtualHost == virtualHost)
    }

    @Test(
        "What is no address is refused with the reason",
        arguments: [
            ("broker:5672", LinkAddressError.noScheme),
            ("redis://broker", .unknownScheme("redis")),
            ("amqp://", .noHost(url: "amqp://")),
            ("amqp://broker:0", .badPort), ("amqp://broker:65536", .badPort),
            ("amqp://ada:secret", .badPort),
            ("amqp://ada:%zz@broker", .badEscape(in: "password")),
            ("amqp://broker/a/b", .deepPath(url: "amqp://broker/a/b")),
        ])
    func refused(url: String, error: LinkAddressError) {
        #expect(throws: error) { try LinkAddress(parsing: url) }
        #expect(!error.description.contains("secret"))
    }

    @Test("A password is never shown")
    func secret() throws {
        let address = try LinkAddress(parsing: "amqp://ada:s3cret@broker/a%2Fb")
        #expect(address.description == "amqp://ada@broker:5672/a%2Fb")
        var dumped = ""
        dump(address, to: &dumped)
        #expect(!dumped.contains("s3cret"))
        #expect(!"\(address)\(String(reflecting: address))".contains("s3cret"))
    }
}
