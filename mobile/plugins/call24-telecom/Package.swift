// swift-tools-version: 5.9
import PackageDescription

let package = Package(
    name: "Call24Telecom",
    defaultLocalization: "en",
    platforms: [.iOS(.v15)],
    products: [
        .library(name: "Call24Telecom", targets: ["Call24Telecom"])
    ],
    dependencies: [
        .package(url: "https://github.com/ionic-team/capacitor-swift-pm.git", from: "8.0.0")
    ],
    targets: [
        .target(
            name: "Call24Telecom",
            dependencies: [
                .product(name: "Capacitor", package: "capacitor-swift-pm"),
                .product(name: "Cordova", package: "capacitor-swift-pm")
            ],
            path: "ios/Sources/Call24Telecom",
            resources: [.process("Resources")])
    ]
)
