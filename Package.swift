// swift-tools-version: 6.2
import PackageDescription

/// Settings of every target of our own: Swift 6 mode, and a warning fails the build.
let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// A room of the house: a target below `Sources/`, which imports only what stands below it.
func room(_ path: String, _ dependencies: [Target.Dependency] = []) -> Target {
    let name = String(path.split(separator: "/").last!)
    return .target(
        name: name, dependencies: dependencies, path: "Sources/\(path)", swiftSettings: strict)
}

/// The tests of one room, in the folder of the same name below `Tests/`.
func tests(_ room: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: "\(room)Tests", dependencies: [.init(stringLiteral: room)] + dependencies,
        path: "Tests/\(room)", swiftSettings: strict)
}

let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioLocks = Target.Dependency.product(name: "NIOConcurrencyHelpers", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let nioTLS = Target.Dependency.product(name: "NIOTLS", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let services = Target.Dependency.product(
    name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let nioHTTP = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let arguments = Target.Dependency.product(
    name: "ArgumentParser", package: "swift-argument-parser")
let configuration = Target.Dependency.product(
    name: "Configuration", package: "swift-configuration")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let hummingbird = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let httpTypes = Target.Dependency.product(name: "NIOHTTPTypes", package: "swift-nio-extras")

let package = Package(
    name: "queuetop",
    products: [.executable(name: "queuetop", targets: ["queuetop"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(
            url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: []),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.28.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.0.1"),
        .package(
            url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // The ground floor: pure, no clock, no I/O, no threads, no Foundation.
        room("Wire/Messaging"),
        room("Metering"),
        room("Wire/AMQP", ["Messaging", nioCore]),
        room("Wire/AMQPClient", ["AMQP", "Messaging", nioCore, nioPosix, nioSSL]),
        room("Wire/PlainJSON", ["Messaging"]),

        // The embedded broker.
        room("Broker/Core", ["Messaging", "Metering"]),
        .target(name: "CChecksum", path: "Sources/Broker/CChecksum"),
        room("Broker/Store", ["CChecksum", "Core", "Messaging", nioLocks, grdb, sqlite]),
        room("Broker/Passwords", ["Core", crypto]),
        room("Broker/Certificates", [nioCore, nioLocks, nioSSL]),
        room(
            "Broker/Engine", ["Core", "Passwords", "Store", "Messaging", "Metering", nioCore]),
        room("Broker/OpenFiles", ["Engine", nioCore, nioLocks]),
        room(
            "Broker/AMQPServer",
            [
                "Certificates", "OpenFiles", "Engine", "Core", "AMQP", "Messaging", nioCore,
                nioLocks, nioPosix, nioSSL, nioTLS, services,
            ]),

        room("Broker/DefinitionsFile", ["Core", "Passwords", "Messaging", "PlainJSON"]),
        room(
            "Broker/ManagementAPI",
            [
                "Engine", "Core", "DefinitionsFile", "Passwords", "Messaging", "Metering",
                "PlainJSON", "Certificates", "OpenFiles", hummingbird,
                httpTypes, logging, nioCore, nioLocks, nioPosix, nioSSL, services,
            ]),

        // What the program is told before it starts, and whom it tells how it runs.
        room("Configuration/Supervision", ["PlainJSON", logging]),
        room("Configuration/Settings", ["Messaging", "PlainJSON", configuration, yams]),
        room("Configuration/Doctor", ["PlainJSON"]),

        // How a broker is reached.
        room("Links/BrokerLink", ["Messaging", "Metering"]),
        room("Links/EmbeddedLink", ["BrokerLink", "Engine", "Core", "Messaging", "Metering"]),

        room(
            "Links/RabbitMQLink",
            [
                "BrokerLink", "AMQPClient", "AMQP", "Messaging", "Metering", "PlainJSON", nioCore,
                nioLocks, nioPosix, nioSSL, httpClient,
            ]),

        // What an operator does, whichever broker it is.
        room("Workbench/DeadLetters", ["BrokerLink", "Messaging"]),
        room("Workbench/Transfer", ["BrokerLink", "Messaging", "PlainJSON"]),
        room(
            "Workbench/LoadTest",
            ["AMQPClient", "AMQP", "Messaging", "Metering", nioCore, nioSSL]),

        // What a person sees.
        room("Console/Canvas"),
        room(
            "Console/Screens",
            ["Canvas", "BrokerLink", "DeadLetters", "LoadTest", "Messaging", "Metering"]),
        room(
            "Console/Reports",
            [
                "Screens", "Canvas", "BrokerLink", "Transfer", "Messaging", "Metering", "PlainJSON",
            ]),
        .systemLibrary(name: "CNcurses", path: "Sources/Console/CNcurses"),
        room("Console/CursesTerminal", ["Canvas", "CNcurses", "PlainJSON"]),
        room(
            "Console/ConsoleRuntime",
            [
                "Screens", "Canvas", "CursesTerminal", "BrokerLink", "DeadLetters", "LoadTest",
                "Messaging", "PlainJSON", "Themes",
            ]),
        .target(
            name: "Themes", dependencies: ["Canvas"], path: "Themes",
            resources: [
                .embedInCode("dark.theme"), .embedInCode("light.theme"),
                .embedInCode("high-contrast.theme"), .embedInCode("colour-blind.theme"),
                .embedInCode("sixteen.theme"), .embedInCode("monochrome.theme"),
            ],
            swiftSettings: strict),

        // The command: arguments, configuration, wiring.
        .executableTarget(
            name: "queuetop",
            dependencies: [
                "AMQPServer", "AMQPClient", "BrokerLink", "Certificates", "ConsoleRuntime", "Core",
                "CursesTerminal", "DefinitionsFile", "Doctor", "EmbeddedLink", "Engine",
                "LoadTest", "ManagementAPI", "Messaging", "OpenFiles", "RabbitMQLink", "Screens",
                "Settings", "Store", "Supervision",
                "AMQP", "Canvas", "DeadLetters", "PlainJSON", "Reports", "Transfer",
                arguments, logging, services, signals,
                nioCore, nioPosix, nioSSL,
            ],
            path: "Sources/queuetop", swiftSettings: strict),

        // What the tests share, and one test target a room.
        .target(
            name: "TestSupport",
            dependencies: ["BrokerLink", "Messaging", "Metering", "Store"],
            path: "Tests/TestSupport", swiftSettings: strict),
        tests("Messaging"),
        tests("Metering"),
        tests("AMQP", ["Messaging", nioCore]),
        tests(
            "AMQPClient",
            ["AMQPServer", "Engine", "Store", "AMQP", "Messaging", nioCore, nioPosix]),
        tests("Core", ["Messaging", "Metering"]),
        tests("Store", ["CChecksum", "Core", "Messaging", "TestSupport", sqlite]),
        tests("OpenFiles", ["Engine", "Store", nioCore, nioEmbedded, nioPosix]),
        .testTarget(
            name: "SimulationTests", dependencies: ["Core", "Store", "Messaging", "TestSupport"],
            path: "Tests/Simulation", swiftSettings: strict),
        tests("Passwords", ["Core"]),
        tests("Certificates", ["TestSupport", nioSSL]),
        tests("Engine", ["Core", "Passwords", "Store", "Messaging", nioLocks, nioPosix]),
        tests(
            "AMQPServer",
            [
                "Certificates", "Engine", "Store", "AMQP", "Core", "Messaging", nioCore,
                nioEmbedded, nioPosix, nioSSL, nioTLS,
            ]),
        tests("DefinitionsFile", ["Core", "Messaging"]),
        tests(
            "ManagementAPI",
            [
                "Engine", "Store", "Core", "Messaging", "Metering", "PlainJSON",
                httpTypes, nioCore, nioEmbedded, nioPosix,
            ]),
        tests("Settings"),
        tests("Supervision", [logging]),
        tests("Doctor"),
        tests("BrokerLink", ["Messaging", "TestSupport"]),
        tests("EmbeddedLink", ["BrokerLink", "Engine", "Core", "Store", "Messaging", nioPosix]),
        tests(
            "RabbitMQLink",
            [
                "AMQP", "AMQPClient", "BrokerLink", "Messaging", "PlainJSON", "TestSupport",
                nioCore, nioHTTP, nioPosix, nioSSL,
            ]),
        .testTarget(
            name: "LinkContractTests",
            dependencies: [
                "AMQP", "AMQPClient", "AMQPServer", "BrokerLink", "Certificates", "EmbeddedLink",
                "Engine", "ManagementAPI", "Messaging", "RabbitMQLink", "Store", "TestSupport",
                nioCore, nioPosix,
            ],
            path: "Tests/LinkContract", swiftSettings: strict),
        tests("PlainJSON"),
        tests("Transfer", ["BrokerLink", "Messaging", "PlainJSON", "TestSupport"]),
        tests(
            "Reports",
            [
                "BrokerLink", "Messaging", "Metering", "PlainJSON", "Screens", "TestSupport",
                "Transfer",
            ]),
        tests("DeadLetters", ["BrokerLink", "Messaging", "TestSupport"]),
        tests(
            "LoadTest",
            [
                "AMQPClient", "AMQPServer", "AMQP", "Engine", "Store", "Messaging", "Metering",
                nioCore, nioPosix,
            ]),
        tests("Canvas"),
        tests(
            "Screens",
            ["Canvas", "BrokerLink", "DeadLetters", "LoadTest", "Messaging", "TestSupport"]),
        tests(
            "ConsoleRuntime",
            [
                "Screens", "Canvas", "CursesTerminal", "BrokerLink", "DeadLetters", "LoadTest",
                "Messaging", "TestSupport",
            ]),
        tests("Themes", ["Canvas"]),
        .testTarget(name: "TidyTests", path: "Tests/Tidy", swiftSettings: strict),
    ]
)
