import Core
import Messaging

/// What administrators set by name.
extension DefinitionWriter {
    func set(_ parameter: RuntimeParameter) throws {
        try self.run(
            """
            INSERT INTO parameters (component, host, name, value) VALUES (?, ?, ?, ?)
                ON CONFLICT (component, host, name) DO UPDATE SET value = excluded.value
            """,
            .text(parameter.key.component.rawValue), .text(parameter.key.host.text),
            .text(parameter.key.name), .table(["value": parameter.value]))
    }

    func clear(_ key: RuntimeParameter.Key) throws {
        try self.run(
            "DELETE FROM parameters WHERE component = ? AND host = ? AND name = ?",
            .text(key.component.rawValue), .text(key.host.text), .text(key.name))
    }
}
