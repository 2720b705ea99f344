import Settings
import Testing

/// What the words of settings mean.
struct ValueTextTests {
    @Test(
        "Sizes have units of both kinds",
        arguments: [
            ("1", 1), ("512KiB", 524_288), ("512MiB", 536_870_912), ("2GiB", 2_147_483_648),
            ("1TiB", 1_099_511_627_776), ("50MB", 50_000_000), ("3kB", 3_000),
            ("1GB", 1_000_000_000),
            ("1TB", 1_000_000_000_000),
        ])
    func bytes(text: String, bytes: Int) { #expect(ValueText.bytes(text) == bytes) }

    @Test(
        "What is no size is none",
        arguments: [
            "", "0", "0MiB", "-1", "+1", "1.5GiB", "MiB", "1 MiB", "1mib", "9999999999GiB", "1B",
        ])
    func noBytes(text: String) { #expect(ValueText.bytes(text) == nil) }

    @Test(
        "Times have units, and are milliseconds without",
        arguments: [
            ("0", Int64(0)), ("1500", 1_500), ("500ms", 500), ("3s", 3_000), ("2m", 120_000),
            ("1h", 3_600_000),
        ])
    func times(text: String, milliseconds: Int64) {
        #expect(ValueText.milliseconds(text) == milliseconds)
    }

    @Test("What is no time is none", arguments: ["-1s", "s", "1d", "1.5s", "9999999999999999999s"])
    func noTimes(text: String) { #expect(ValueText.milliseconds(text) == nil) }

    @Test("Both words of YAML and of shells are flags")
    func flags() {
        #expect(["true", "Yes", "ON", "1"].map(ValueText.flag) == [true, true, true, true])
        #expect(["false", "No", "off", "0"].map(ValueText.flag) == [false, false, false, false])
        #expect(["", "maybe", "2"].map(ValueText.flag) == [nil, nil, nil])
    }

    @Test("A variable is a whole word in ${}")
    func variables() {
        #expect(ValueText.variable("${PROD_2}") == "PROD_2")
        for text in ["PROD", "$PROD", "${}", "${2A}", "${A-B}", "x${A}", "${A}x", "${A"] {
            #expect(ValueText.variable(text) == nil, "\(text)")
        }
    }
}
