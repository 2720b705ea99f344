import Core
import DefinitionsFile
import Doctor
import Engine
import FoundationEssentials
import Store

/// Whether others than this machine could come in by a password that everybody knows: then `serve`
/// does not listen for them.
struct GuestCheck {
    private let options: BrokerOptions
    private let path: String

    /// - Parameter path: Of the data directory.
    init(_ options: BrokerOptions, path: String) {
        self.options = options
        self.path = path
    }

    var findings: [Finding] {
        guard !self.options.listen.isLoopback else { return [] }
        let address = self.options.listen.address
        do {
            guard try self.hasFirstPassword() else {
                return [Finding("bind", .ok, "\(address); guest has no password of everybody's.")]
            }
            return [
                Finding(
                    "bind", .fail, "\(address); user guest has its first password, guest.",
                    advice: "Load users of your own with --definitions: the broker does not start "
                        + "so.")
            ]
        } catch {
            return [
                Finding(
                    "bind", .warn,
                    "\(address); whether guest still has its first password shows at the start.")
            ]
        }
    }

    /// As the broker finds out when it starts.
    private func hasFirstPassword() throws -> Bool {
        let given = try self.options.definitions.map { try DefinitionsFile(path: $0).read().users }
        if let guest = given?.first(where: { $0.name == .guest }) {
            return guest.hasDefaultPassword
        }
        guard let stored = try self.storedUsers() else {
            // Who says which users there are in a new broker means no others.
            return given?.isEmpty ?? true
        }
        return stored.first { $0.name == .guest }?.hasDefaultPassword ?? false
    }

    /// The users in the data directory; nil when nobody has said yet which there are.
    ///
    /// They are read in a copy, because opening the definitions changes them.
    private func storedUsers() throws -> [User]? {
        let files = FileManager.default
        let name = "definitions.sqlite"
        guard files.fileExists(atPath: "\(self.path)/\(name)") else { return nil }
        let copy = files.temporaryDirectory.appending(
            path: "queuetop-doctor-\(UUID().uuidString)", directoryHint: .isDirectory)
        try files.createDirectory(
            at: copy, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        defer { try? files.removeItem(at: copy) }
        for file in [name, name + "-wal"] where files.fileExists(atPath: "\(self.path)/\(file)") {
            try files.copyItem(
                atPath: "\(self.path)/\(file)", toPath: "\(copy.path)/\(file)")
        }
        let store = try DefinitionStore(on: PosixDisk(copy.path))
        defer { store.close() }
        return try store.load().users
    }
}
