import Core
import Messaging

/// What administrators set by name.
extension DefinitionReader {
    func parameters() throws -> [RuntimeParameter] {
        try self.read("parameters", "component, host, name, value") { row in
            guard let component = RuntimeParameter.Component(rawValue: try row.text(1)),
                let value = try row.table(4)["value"]
            else { throw MalformedValue() }
            let host = VirtualHostName(try row.text(2))
            return RuntimeParameter(.init(component, in: host, named: try row.text(3)), value)
        }
    }
}
