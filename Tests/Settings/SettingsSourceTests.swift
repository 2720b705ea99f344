import Glibc
import Settings
import Testing

/// Which file is read, and what is said about one that cannot be.
struct SettingsSourceTests {
    /// A folder that goes away with the test.
    private final class Folder {
        let path: String

        init() throws {
            var template = Array("/tmp/queuetop-settings-XXXXXX".utf8CString)
            self.path = String(cString: try #require(mkdtemp(&template)))
            mkdir("\(self.path)/queuetop", 0o700)
        }

        deinit {
            for name in ["queuetop/config.yaml", "queuetop", "a.yaml", "secret"] {
                Glibc.remove("\(self.path)/\(name)")
            }
            rmdir(self.path)
        }

        /// - Returns: Its path.
        @discardableResult
        func write(_ text: String, to name: String, mode: mode_t = 0o600) throws -> String {
            let path = "\(self.path)/\(name)"
            let file = try #require(fopen(path, "w"))
            fwrite(text, 1, text.utf8.count, file)
            fclose(file)
            chmod(path, mode)
            return path
        }
    }

    @Test("The usual file is read when it is there, and not missed when it is not")
    func usualFile() throws {
        let folder = try Folder()
        let source = SettingsSource(
            chosenPath: nil, environment: ["XDG_CONFIG_HOME": folder.path])
        #expect(source.path == "\(folder.path)/queuetop/config.yaml")
        #expect(try source.read() == ProgramSettings())
        #expect(!source.hasFile)
        try folder.write("amqp-port: 1", to: "queuetop/config.yaml")
        #expect(try source.read().amqpPort == 1)
        #expect(source.hasFile)
        try folder.write("amqp-port: 2", to: "queuetop/config.yaml")
        #expect(try source.read().amqpPort == 2, "reading again takes what is there now")
    }

    @Test("Without XDG_CONFIG_HOME it is below HOME, and a relative one does not count")
    func home() {
        let source = SettingsSource(
            chosenPath: nil, environment: ["HOME": "/h", "XDG_CONFIG_HOME": "rel"])
        #expect(source.path == "/h/.config/queuetop/config.yaml")
        #expect(SettingsSource(chosenPath: nil, environment: [:]).path == nil)
    }

    @Test("A file that was asked for has to be there and readable")
    func chosenFile() throws {
        let folder = try Folder()
        let missing = SettingsSource(chosenPath: "\(folder.path)/a.yaml", environment: [:])
        #expect(
            throws: SettingProblem.unreadable(
                path: "\(folder.path)/a.yaml", reason: "there is no such file")
        ) { try missing.read() }
        let directory = SettingsSource(chosenPath: folder.path, environment: [:])
        #expect(throws: SettingProblem.self) { try directory.read() }
        try folder.write("bind: \u{FFFD}", to: "a.yaml")
        #expect(try missing.read().bind == "\u{FFFD}")
    }

    @Test("A file as long as the limit is read; one byte more is not")
    func size() throws {
        let folder = try Folder()
        let comment = String(repeating: "#", count: SettingsSource.bytesMax - 1) + "\n"
        let path = try folder.write(comment, to: "a.yaml")
        let source = SettingsSource(chosenPath: path, environment: [:])
        #expect(try source.read() == ProgramSettings())
        try folder.write(comment + "#", to: "a.yaml")
        #expect(throws: SettingProblem.tooBig(path: path, bytesMax: SettingsSource.bytesMax)) {
            try source.read()
        }
    }

    @Test("A password's file has to be its owner's alone")
    func secretFile() throws {
        let folder = try Folder()
        let path = try folder.write("s3cret\n", to: "secret")
        let context = ContextSettings(name: "prod", url: "amqp://h", password: .file(path))
        #expect(try context.readPassword(environment: [:]) == "s3cret")
        for mode: mode_t in [0o640, 0o604, 0o660] {
            chmod(path, mode)
            #expect {
                try context.readPassword(environment: [:])
            } throws: { error in
                let said = "\(error)"
                return said.contains("chmod 600") && said.contains(path)
                    && !said.contains("s3cret")
            }
        }
        try folder.write("\n", to: "secret")
        #expect(throws: SettingProblem.self) { try context.readPassword(environment: [:]) }
        Glibc.remove(path)
        #expect(throws: SettingProblem.self) { try context.readPassword(environment: [:]) }
    }
}
