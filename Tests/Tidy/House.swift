/// One room of the house: a target, where it stands, and what it may know.
struct Room: Sendable, CustomStringConvertible {
    /// The folder below the package's root.
    let path: String
    /// Rooms it may import.
    let knows: Set<String>
    /// Pure rooms have no clock, no input or output and no threads.
    let isPure: Bool
    /// Modules from outside that a pure room may import all the same.
    let mayUse: Set<String>

    init(
        _ path: String, pure: Bool = false, knows: Set<String> = [], mayUse: Set<String> = []
    ) {
        self.path = path
        self.knows = knows
        self.isPure = pure
        self.mayUse = mayUse
    }

    var name: String { String(self.path.split(separator: "/").last ?? "") }
    var description: String { self.name }

    /// Imports of a file of this room that it may not have.
    func forbiddenImports(in file: SourceFile) -> [Complaint] {
        file.imports.filter { !self.allows($0.module) }.map {
            Complaint(file, lineIndex: $0.lineIndex, "\(self.name) may not import \($0.module)")
        }
    }

    private func allows(_ module: String) -> Bool {
        if House.names.contains(module) { return self.knows.contains(module) }
        if let only = House.keptTo[module] { return only == self.name }
        return !self.isPure || self.mayUse.contains(module)
    }
}

/// The plan of the house, from the ground up: a room knows only rooms that stand before it.
enum House {
    static let rooms: [Room] = [
        Room("Sources/Wire/Messaging", pure: true),
        Room("Sources/Metering", pure: true),
        Room("Sources/Wire/AMQP", pure: true, knows: ["Messaging"], mayUse: ["NIOCore"]),
        Room("Sources/Wire/AMQPClient", knows: ["Messaging", "AMQP"]),
        Room("Sources/Wire/PlainJSON", pure: true, knows: ["Messaging"]),
        Room("Sources/Broker/Core", pure: true, knows: ["Messaging", "Metering"]),
        Room("Sources/Broker/CChecksum"),
        Room("Sources/Broker/Store", knows: ["Messaging", "Core", "CChecksum"]),
        Room("Sources/Broker/Passwords", knows: ["Core"]),
        Room(
            "Sources/Broker/Engine",
            knows: ["Messaging", "Metering", "Core", "Passwords", "Store"]),
        Room("Sources/Broker/Certificates"),
        Room("Sources/Broker/OpenFiles", knows: ["Engine"]),
        Room(
            "Sources/Broker/DefinitionsFile",
            knows: ["Messaging", "PlainJSON", "Core", "Passwords"]),
        Room(
            "Sources/Broker/ManagementAPI",
            knows: [
                "Messaging", "Metering", "PlainJSON", "Core", "Passwords", "Engine",
                "DefinitionsFile", "Certificates", "OpenFiles",
            ]),
        Room(
            "Sources/Broker/AMQPServer",
            knows: ["Messaging", "AMQP", "Core", "Certificates", "Engine", "OpenFiles"]),
        Room("Sources/Configuration/Supervision", knows: ["PlainJSON"]),
        Room("Sources/Configuration/Settings", knows: ["Messaging", "PlainJSON"]),
        Room("Sources/Configuration/Doctor", knows: ["PlainJSON"]),
        Room("Sources/Links/BrokerLink", pure: true, knows: ["Messaging", "Metering"]),
        Room(
            "Sources/Links/EmbeddedLink",
            knows: ["Messaging", "Metering", "Core", "Engine", "BrokerLink"]),
        Room(
            "Sources/Links/RabbitMQLink",
            knows: ["Messaging", "Metering", "AMQP", "AMQPClient", "PlainJSON", "BrokerLink"]),
        Room("Sources/Workbench/DeadLetters", pure: true, knows: ["Messaging", "BrokerLink"]),
        Room(
            "Sources/Workbench/Transfer", pure: true,
            knows: ["Messaging", "PlainJSON", "BrokerLink"]),
        Room("Sources/Workbench/LoadTest/Model", pure: true, knows: ["Messaging", "Metering"]),
        Room(
            "Sources/Workbench/LoadTest", knows: ["Messaging", "Metering", "AMQP", "AMQPClient"]),
        Room("Sources/Console/Canvas", pure: true),
        Room("Themes", knows: ["Canvas"]),
        Room(
            "Sources/Console/Screens", pure: true,
            knows: ["Messaging", "Metering", "BrokerLink", "DeadLetters", "LoadTest", "Canvas"]),
        Room(
            "Sources/Console/Reports", pure: true,
            knows: [
                "Messaging", "Metering", "PlainJSON", "BrokerLink", "Transfer", "Canvas", "Screens",
            ]),
        Room("Sources/Console/CNcurses"),
        Room("Sources/Console/CursesTerminal", knows: ["Canvas", "CNcurses", "PlainJSON"]),
        Room(
            "Sources/Console/ConsoleRuntime",
            knows: [
                "Messaging", "PlainJSON", "BrokerLink", "DeadLetters", "LoadTest", "Canvas",
                "Themes", "Screens", "CursesTerminal",
            ]),
        Room(
            "Sources/queuetop",
            knows: [
                "Messaging", "AMQPClient", "Core", "Certificates", "Store", "Engine",
                "DefinitionsFile", "OpenFiles", "AMQPServer",
                "ManagementAPI",
                "BrokerLink",
                "EmbeddedLink", "RabbitMQLink",
                "LoadTest", "Canvas", "Themes", "Screens", "CursesTerminal", "ConsoleRuntime",
                "AMQP", "PlainJSON", "DeadLetters", "Transfer", "Reports",
                "Supervision", "Settings", "Doctor",
            ]),
    ]

    static let names = Set(Self.rooms.map(\.name))

    /// Modules from outside that one room keeps from the others.
    static let keptTo = [
        "ArgumentParser": "queuetop", "GRDB": "Store", "GRDBSQLite": "Store",
        "Crypto": "Passwords", "Configuration": "Settings", "Yams": "Settings",
    ]

    /// The innermost room that a file stands in.
    static func room(of path: String) -> Room? {
        self.rooms.filter { path.hasPrefix($0.path + "/") }.max { $0.path.count < $1.path.count }
    }
}
